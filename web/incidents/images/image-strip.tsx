// The strip itself: small pictures in a row, one stop for the Tab key, arrows to go along it.

import { type KeyboardEvent, useRef, useState } from 'react';
import { Boxes } from '../../camera/images/boxes.tsx';
import { previewAddress } from '../../camera/images/queries.ts';
import { seenWords } from '../../camera/images/seen-words.ts';
import { keyed } from '../../camera/images/step.ts';
import { Icon } from '../../ui/icons.tsx';
import { clockSeconds } from '../../ui/words.ts';
import type { StripImage } from './strip.ts';

interface ImageStripProps {
  /** Oldest first; at least one. */
  readonly images: readonly StripImage[];
  readonly zone: string;
  /** The one that is shown large; null where none is. */
  readonly current: string | null;
  readonly onOpen: (image: StripImage) => void;
}

export function ImageStrip({ images, zone, current, onOpen }: ImageStripProps) {
  const [stop, setStop] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const several = new Set(images.map(({ camera }) => camera.id)).size > 1;
  const known = images.some(({ id }) => id === (current ?? stop));
  const tabStop = known ? (current ?? stop) : images[0]?.id;

  function onKeyDown(event: KeyboardEvent) {
    const { target } = event;
    const from = target instanceof Element ? target.getAttribute('data-image') : null;
    const next = from === null ? null : keyed(images, from, event.key);
    if (next === null) return;
    event.preventDefault();
    setStop(next.id);
    if (current !== null) onOpen(next);
    list.current?.querySelector<HTMLElement>(`[data-image="${next.id}"]`)?.focus();
  }

  return (
    <ul className="image-strip" aria-label="Images, by time" ref={list} onKeyDown={onKeyDown}>
      {images.map((image) => (
        <li key={image.id}>
          <Frame
            image={image}
            words={wordsOf(image, zone)}
            time={clockSeconds(image.at, zone)}
            camera={several ? image.camera.name : null}
            isStop={image.id === tabStop}
            isCurrent={image.id === current}
            onOpen={() => {
              setStop(image.id);
              onOpen(image);
            }}
          />
        </li>
      ))}
    </ul>
  );
}

/** "Gate, 14:32:07. Person" */
function wordsOf({ camera, at, detections }: StripImage, zone: string): string {
  const seen = seenWords(detections);
  return `${camera.name}, ${clockSeconds(at, zone)}${seen === '' ? '' : `. ${seen}`}`;
}

interface FrameProps {
  readonly image: StripImage;
  readonly words: string;
  readonly time: string;
  /** Null where all are of one camera. */
  readonly camera: string | null;
  readonly isStop: boolean;
  readonly isCurrent: boolean;
  readonly onOpen: () => void;
}

function Frame({ image, words, time, camera, isStop, isCurrent, onOpen }: FrameProps) {
  const [state, setState] = useState<'loading' | 'shown' | 'failed'>('loading');
  return (
    <button
      type="button"
      className="strip-frame"
      data-image={image.id}
      tabIndex={isStop ? 0 : -1}
      aria-label={state === 'failed' ? `${words} It cannot be shown.` : words}
      aria-current={isCurrent}
      onClick={onOpen}
    >
      <span className="strip-picture" style={{ aspectRatio: `${image.width} / ${image.height}` }}>
        {state === 'failed' ? (
          <Icon name="warning" size={20} />
        ) : (
          <img
            src={previewAddress(image.id, 'strip')}
            alt=""
            loading="lazy"
            onLoad={() => setState('shown')}
            onError={() => setState('failed')}
          />
        )}
        {state === 'shown' && <Boxes detections={image.detections} />}
      </span>
      <span className="numbers">{time}</span>
      {camera !== null && <span className="quiet strip-camera">{camera}</span>}
    </button>
  );
}
