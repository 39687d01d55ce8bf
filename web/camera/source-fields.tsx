// Choosing where a camera's pictures come from: three cards, and the fields of the chosen one.

import './source.css';
import { type ReactNode, useId } from 'react';
import { TextField } from '../ui/field.tsx';
import type { FieldErrors } from '../ui/form.ts';
import { Icon } from '../ui/icons.tsx';
import { DemoScene } from './demo-scene.tsx';
import { type SourceDraft, withAddress } from './source-draft.ts';

interface SourceFieldsProps {
  readonly draft: SourceDraft;
  readonly onChange: (draft: SourceDraft) => void;
  /** Faults by field of the source ("url", "path"). */
  readonly errors: FieldErrors;
  /** A password is stored already and would have to be typed again. */
  readonly hasPassword?: boolean;
}

export function SourceFields(props: SourceFieldsProps) {
  const { draft, onChange } = props;
  const name = useId();
  const choose = (kind: SourceDraft['kind']) => onChange({ ...draft, kind });
  return (
    <div className="stack">
      <fieldset className="source-cards">
        <legend className="hidden-visually">Where do the pictures come from?</legend>
        <SourceCard
          {...{ name, choose, chosen: draft.kind }}
          kind="demo"
          title="Demo camera"
          picture={<DemoScene />}
        >
          A drawn yard where somebody walks by every minute. Everything works, nothing to connect.
        </SourceCard>
        <SourceCard
          {...{ name, choose, chosen: draft.kind }}
          kind="rtsp"
          title="Network camera"
          picture={<Icon name="camera" size={30} />}
        >
          Any camera with an RTSP address.
        </SourceCard>
        <SourceCard
          {...{ name, choose, chosen: draft.kind }}
          kind="file"
          title="Video file"
          picture={<Icon name="file" size={30} />}
        >
          A recording on the machine that runs Vedette.
        </SourceCard>
      </fieldset>
      {draft.kind === 'rtsp' && <RtspFields {...props} />}
      {draft.kind === 'file' && <FileFields {...props} />}
    </div>
  );
}

interface SourceCardProps {
  readonly name: string;
  readonly kind: SourceDraft['kind'];
  readonly chosen: SourceDraft['kind'];
  readonly choose: (kind: SourceDraft['kind']) => void;
  readonly title: string;
  readonly picture: ReactNode;
  readonly children: ReactNode;
}

function SourceCard({ name, kind, chosen, choose, title, picture, children }: SourceCardProps) {
  return (
    <label className={`source-card source-card-${kind}`}>
      <input
        type="radio"
        name={name}
        checked={chosen === kind}
        onChange={() => choose(kind)}
        aria-labelledby={`${name}-${kind}`}
        aria-describedby={`${name}-${kind}-words`}
      />
      <span className="source-picture">{picture}</span>
      <span className="source-words">
        <strong id={`${name}-${kind}`}>{title}</strong>
        <span id={`${name}-${kind}-words`}>{children}</span>
      </span>
      <span className="source-check">
        <Icon name="check" size={14} />
      </span>
    </label>
  );
}

function RtspFields({ draft, onChange, errors, hasPassword }: SourceFieldsProps) {
  const set = (change: Partial<SourceDraft>) => onChange({ ...draft, ...change });
  return (
    <>
      <TextField
        label="Address"
        value={draft.url}
        onChange={(event) => onChange(withAddress(draft, event.target.value))}
        placeholder="rtsp://192.168.1.20:554/stream1"
        inputMode="url"
        autoCapitalize="none"
        spellCheck={false}
        hint="The camera’s manual calls it RTSP address or main stream."
        error={errors.url}
      />
      <TextField
        label="Substream"
        optional
        value={draft.substreamUrl}
        onChange={(event) => set({ substreamUrl: event.target.value })}
        placeholder="rtsp://192.168.1.20:554/stream2"
        inputMode="url"
        autoCapitalize="none"
        spellCheck={false}
        hint="A smaller stream of the same camera: detection then costs far less."
        error={errors.substreamUrl}
      />
      <div className="field-pair">
        <TextField
          label="User"
          optional
          value={draft.username}
          onChange={(event) => set({ username: event.target.value })}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          error={errors.username}
        />
        <TextField
          label="Password"
          optional
          type="password"
          value={draft.password}
          onChange={(event) => set({ password: event.target.value })}
          autoComplete="off"
          hint={hasPassword === true ? 'Leave it empty to keep the stored one.' : undefined}
          error={errors.password}
        />
      </div>
    </>
  );
}

function FileFields({ draft, onChange, errors }: SourceFieldsProps) {
  return (
    <>
      <TextField
        label="Path of the file"
        value={draft.path}
        onChange={(event) => onChange({ ...draft, path: event.target.value })}
        placeholder="/home/ada/videos/yard.mp4"
        autoCapitalize="none"
        spellCheck={false}
        hint="On the machine that runs Vedette, not on this device."
        error={errors.path}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={draft.loop}
          onChange={(event) => onChange({ ...draft, loop: event.target.checked })}
        />
        Play it again and again
      </label>
    </>
  );
}
