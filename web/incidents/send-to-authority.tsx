// Sending evidence to an authority by e-mail: to whom, about what, which cameras and how much.

import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { AuthorityLetterInput } from '../../src/http/contract/evidence.ts';
import type { IncidentDetail } from '../../src/http/contract/incidents.ts';
import { keys } from '../app/query-keys.ts';
import { SelectField, TextAreaField, TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { CoverMasks } from './cover-masks.tsx';
import { sendLetter } from './evidence-queries.ts';
import { spanChoices } from './evidence-span.ts';

interface SendToAuthorityProps {
  readonly incident: IncidentDetail;
  /** Those of the site; the first that saw something is chosen at first: more may not fit into a mail. */
  readonly cameras: readonly { readonly id: string; readonly name: string }[];
  readonly onClose: () => void;
}

const emptyDraft = { office: '', name: '', email: '', reference: '', text: '' };

export function SendToAuthority({ incident, cameras, onClose }: SendToAuthorityProps) {
  const queryClient = useQueryClient();
  const choices = spanChoices(incident);
  const [draft, setDraft] = useState(emptyDraft);
  const [cameraIds, setCameraIds] = useState<readonly string[]>(() => {
    const seeing = cameras.filter(({ id }) => incident.cameras.some((camera) => camera.id === id));
    return (seeing.length > 0 ? seeing : cameras).slice(0, 1).map(({ id }) => id);
  });
  const [key, setKey] = useState<string>(choices[0]?.key ?? 'seen');
  // An authority is given what it needs, not what the neighbours do.
  const [coverMasks, setCoverMasks] = useState(true);
  const span = choices.find((choice) => choice.key === key) ?? choices[0];
  const field = (name: keyof typeof emptyDraft) => ({
    value: draft[name],
    onChange: ({ target }: { target: { value: string } }) => setDraft({ ...draft, [name]: target.value }),
  });

  async function send(input: AuthorityLetterInput) {
    await sendLetter(incident.id, input);
    await queryClient.invalidateQueries({ queryKey: keys.authorityLetters(incident.id) });
    onClose();
  }

  return (
    <FormDialog
      title="Send to an authority"
      wide
      action="Send"
      schema={AuthorityLetterInput}
      input={{
        recipient: { name: draft.name, office: draft.office, email: draft.email.trim() },
        reference: draft.reference,
        text: draft.text,
        cameraIds: [...cameraIds],
        from: span?.from ?? 0,
        to: span?.to ?? 0,
        coverMasks,
      }}
      send={send}
      onClose={onClose}
    >
      {(fields) => (
        <>
          <div className="evidence-pair">
            <TextField
              label="Office"
              placeholder="Police station 5"
              {...field('office')}
              error={fields['recipient.office']}
            />
            <TextField label="Name" optional {...field('name')} error={fields['recipient.name']} />
          </div>
          <div className="evidence-pair">
            <TextField
              label="E-mail address"
              type="email"
              inputMode="email"
              {...field('email')}
              error={fields['recipient.email']}
            />
            <TextField label="Their reference" optional {...field('reference')} error={fields.reference} />
          </div>
          <TextAreaField
            label="Text"
            optional
            rows={4}
            {...field('text')}
            hint="Site, times, cameras, history, who sends it, and the SHA-256 of each file are added."
            error={fields.text}
          />
          <Cameras cameras={cameras} chosen={cameraIds} onChange={setCameraIds} error={fields.cameraIds} />
          <SelectField
            label="How much"
            value={key}
            onChange={(event) => setKey(event.target.value)}
            hint="Snapshot and clips go along as files; a mail holds about 14 MB of them."
            error={fields.to ?? fields.from}
          >
            {choices.map((choice) => (
              <option key={choice.key} value={choice.key}>
                {choice.words}
              </option>
            ))}
          </SelectField>
          <CoverMasks
            cameras={cameras.filter(({ id }) => cameraIds.includes(id))}
            checked={coverMasks}
            onChange={setCoverMasks}
          />
        </>
      )}
    </FormDialog>
  );
}

interface CamerasProps {
  readonly cameras: SendToAuthorityProps['cameras'];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  readonly error: string | undefined;
}

function Cameras({ cameras, chosen, onChange, error }: CamerasProps) {
  const noteId = useId();
  return (
    <fieldset className="field evidence-cameras" aria-describedby={noteId}>
      <legend className="field-label">Cameras</legend>
      {cameras.map(({ id, name }) => (
        <label key={id} className="tick">
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            aria-invalid={error !== undefined}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))
            }
          />
          <span>{name}</span>
        </label>
      ))}
      <div id={noteId} aria-live="polite">
        {error !== undefined && <p className="field-error">{error}</p>}
      </div>
    </fieldset>
  );
}
