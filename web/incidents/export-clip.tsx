// Downloading a clip: which camera, which span, and how far it is.

import { useEffect, useRef, useState } from 'react';
import type { IncidentDetail } from '../../src/http/contract/incidents.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { sentence } from '../app/api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { CoverMasks } from './cover-masks.tsx';
import { type Downloaded, downloadClip } from './download.ts';
import { spanChoices } from './evidence-span.ts';

interface ExportClipProps {
  readonly incident: IncidentDetail;
  readonly cameras: readonly { readonly id: string; readonly name: string }[];
  readonly onClose: () => void;
}

type Progress =
  | { readonly step: 'idle' }
  /** Others are made first: it begins by itself. */
  | { readonly step: 'waiting' }
  | { readonly step: 'running'; readonly part: number }
  | { readonly step: 'done'; readonly clip: Downloaded }
  | { readonly step: 'failed'; readonly problem: string };

export function ExportClip({ incident, cameras, onClose }: ExportClipProps) {
  const choices = spanChoices(incident);
  const [cameraId, setCameraId] = useState(cameras[0]?.id ?? '');
  const [key, setKey] = useState(choices[0]?.key ?? 'seen');
  // Whatever leaves the house shows as little as it must; who needs the exact copy asks for it.
  const [coverMasks, setCoverMasks] = useState(true);
  const [progress, setProgress] = useState<Progress>({ step: 'idle' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const span = choices.find((choice) => choice.key === key) ?? choices[0];
  const isBusy = progress.step === 'running' || progress.step === 'waiting';

  async function download() {
    if (span === undefined) return;
    const leaving = new AbortController();
    running.current = leaving;
    setProgress({ step: 'running', part: 0 });
    try {
      const url = `${paths.clip(cameraId)}?from=${span.from}&to=${span.to}${coverMasks ? '&blur=masks' : ''}`;
      const clip = await downloadClip(url, {
        signal: leaving.signal,
        onPart: (part) => setProgress({ step: 'running', part }),
        onWait: () => setProgress({ step: 'waiting' }),
      });
      setProgress({ step: 'done', clip });
    } catch (error) {
      if (leaving.signal.aborted) setProgress({ step: 'idle' });
      else setProgress({ step: 'failed', problem: sentence(error) });
    }
  }

  return (
    <Dialog title="Download a clip" onClose={onClose}>
      <div className="stack">
        <SelectField label="Camera" value={cameraId} onChange={(event) => setCameraId(event.target.value)}>
          {cameras.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="How much"
          value={key}
          onChange={(event) => setKey(choices.find((one) => one.key === event.target.value)?.key ?? 'seen')}
          hint="One MP4 file that any player opens."
        >
          {choices.map((choice) => (
            <option key={choice.key} value={choice.key}>
              {choice.words}
            </option>
          ))}
        </SelectField>
        <CoverMasks
          cameras={cameras.filter(({ id }) => id === cameraId)}
          checked={coverMasks}
          disabled={isBusy}
          onChange={setCoverMasks}
        />
        <Standing progress={progress} />
        <div className="dialog-actions">
          <Button onClick={isBusy ? () => running.current?.abort() : onClose}>
            {isBusy ? 'Stop' : 'Close'}
          </Button>
          <Button look="primary" busy={isBusy} onClick={() => void download()}>
            Download
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Standing({ progress }: { progress: Progress }) {
  if (progress.step === 'failed') return <Notice tone="bad">{progress.problem}</Notice>;
  if (progress.step === 'waiting') {
    return (
      <p className="evidence-progress quiet small" role="status">
        Other clips are being made first. This one follows by itself.
        <progress />
      </p>
    );
  }
  if (progress.step === 'running') {
    return (
      <label className="evidence-progress quiet small">
        {progress.part === 0
          ? 'The clip is being put together …'
          : `${Math.round(progress.part * 100)} % is here`}
        <progress value={progress.part} max={1} />
      </label>
    );
  }
  if (progress.step === 'idle') return null;
  const { fileName, gaps, endsEarly, masks } = progress.clip;
  return (
    <Notice tone={gaps === '' && endsEarly === null ? 'good' : 'info'}>
      {fileName} was downloaded{masks > 0 && ', with its privacy masks covered'}.
      {gaps !== '' &&
        ` There is no footage of ${gaps.split(', ').length} stretches of this span; they are left out.`}
      {endsEarly !== null && ' It ends early: the camera changed its picture. The rest is a clip of its own.'}
    </Notice>
  );
}
