// A note in the history of an incident, for good.

import { type FormEvent, useId, useState } from 'react';
import { maxNoteLength, NoteInput } from '../../src/http/contract/incidents.ts';
import { sentence } from '../app/api.ts';
import { Button } from '../ui/button.tsx';
import { note } from './queries.ts';
import { useAct } from './use-act.ts';

export function IncidentNote({ incidentId }: { incidentId: string }) {
  const [text, setText] = useState('');
  const id = useId();
  const act = useAct(incidentId, (input: NoteInput) => note(incidentId, input));
  const checked = NoteInput.safeParse({ text });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (checked.success) act.mutate(checked.data, { onSuccess: () => setText('') });
  }
  return (
    <form className="field" onSubmit={submit}>
      <label className="field-label" htmlFor={id}>
        Note
      </label>
      <textarea
        id={id}
        className="input incident-note"
        rows={2}
        maxLength={maxNoteLength}
        value={text}
        placeholder="What did you find?"
        aria-describedby={`${id}-note`}
        onChange={(event) => setText(event.target.value)}
      />
      <div id={`${id}-note`} aria-live="polite">
        {act.isError ? (
          <p className="field-error">{sentence(act.error)}</p>
        ) : (
          <p className="field-hint">Notes stay in the history: they cannot be changed.</p>
        )}
      </div>
      <div>
        <Button type="submit" size="small" busy={act.isPending} disabled={!checked.success}>
          Add note
        </Button>
      </div>
    </form>
  );
}
