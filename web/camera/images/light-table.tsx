// The light table: one pushed image, what was seen in it, and the way to the ones before and after.

import './light-table.css';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import { paths } from '../../../src/http/contract/paths.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icons.tsx';
import { clockSeconds, day } from '../../ui/words.ts';
import { Boxes } from './boxes.tsx';
import { imagesQuery, previewAddress } from './queries.ts';
import { seenWords } from './seen-words.ts';
import { keyed, neighbour, type Shown } from './step.ts';

interface LightTableProps {
  readonly cameraId: string;
  readonly name: string;
  /** Oldest first. */
  readonly images: readonly Shown[];
  readonly shown: Shown;
  readonly onShow: (image: Shown) => void;
  readonly zone: string;
  readonly now: number;
}

export function LightTable({ cameraId, name, images, shown, onShow, zone, now }: LightTableProps) {
  const { data } = useQuery(imagesQuery(cameraId, shown.at));
  const detail = data?.images.find((image) => image.id === shown.id);
  const position = images.findIndex(({ id }) => id === shown.id) + 1;
  const when = `${day(shown.at, zone, now)}, ${clockSeconds(shown.at, zone)}`;
  const seen = detail === undefined ? '' : seenWords(detail.detections);

  function onKeyDown(event: KeyboardEvent) {
    const next = keyed(images, shown.id, event.key);
    if (next === null) return;
    event.preventDefault();
    onShow(next);
  }

  return (
    <figure className="light-table" aria-label={`Images of ${name}`} onKeyDown={onKeyDown}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys lead through the images. */}
      <div className="light-table-stage" tabIndex={0}>
        <Picture key={shown.id} id={shown.id} words={`${name}, ${when}. ${seen}`}>
          {detail !== undefined && <Boxes detections={detail.detections} />}
        </Picture>
      </div>
      <figcaption className="light-table-foot">
        <IconButton
          icon="back"
          label="Previous image"
          disabled={position <= 1}
          onClick={() => show(neighbour(images, shown.id, -1))}
        />
        <p aria-live="polite">
          <strong className="numbers">{when}</strong>
          <span className="quiet small">
            {position > 0 && `${position} of ${images.length}`}
            {seen !== '' && ` · ${seen}`}
          </span>
          <a
            className="light-table-whole small"
            href={paths.imageFile(shown.id)}
            target="_blank"
            rel="noreferrer"
          >
            Whole image
          </a>
        </p>
        <IconButton
          icon="next"
          label="Next image"
          disabled={position >= images.length}
          onClick={() => show(neighbour(images, shown.id, 1))}
        />
      </figcaption>
    </figure>
  );

  function show(image: Shown | null) {
    if (image !== null) onShow(image);
  }
}

function Picture({ id, words, children }: { id: string; words: string; children: React.ReactNode }) {
  const [state, setState] = useState<'loading' | 'shown' | 'failed'>('loading');
  const [again, setAgain] = useState(0);
  if (state === 'failed') {
    return (
      <div className="light-table-failed">
        <Icon name="warning" size={28} />
        <p>The image cannot be shown. It may have expired.</p>
        <Button
          size="small"
          onClick={() => {
            setAgain(again + 1);
            setState('loading');
          }}
        >
          Try again
        </Button>
      </div>
    );
  }
  return (
    <span className="light-table-picture" data-state={state}>
      <img
        src={previewAddress(id, 'screen', again)}
        alt={words}
        onLoad={() => setState('shown')}
        onError={() => setState('failed')}
      />
      {state === 'shown' && children}
    </span>
  );
}
