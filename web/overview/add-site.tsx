// Adding a site.

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { paths } from '../../src/http/contract/paths.ts';
import { SiteInput } from '../../src/http/contract/sites.ts';
import { send, sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { check, type FieldErrors, fieldsOf, focusFirstError, text } from '../ui/form.ts';
import { Notice } from '../ui/notice.tsx';
import { TimeZoneOptions } from '../ui/time-zones.tsx';
import { ownTimeZone } from '../ui/words.ts';

export function AddSite({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [fields, setFields] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const checked = check(SiteInput, { name: text(data, 'name'), timeZone: text(data, 'timeZone') });
    setFields(checked.ok ? {} : checked.fields);
    if (!checked.ok) return focusFirstError(form.current);
    setBusy(true);
    try {
      await send(paths.sites, { method: 'POST', body: checked.value });
      await queryClient.invalidateQueries({ queryKey: keys.sites });
      onClose();
    } catch (error) {
      setFields(fieldsOf(error));
      setProblem(sentence(error));
      setBusy(false);
    }
  }

  return (
    <Dialog title="Add a site" onClose={onClose}>
      <form ref={form} className="stack" noValidate onSubmit={(event) => void submit(event)}>
        {problem !== null && <Notice tone="bad">{problem}</Notice>}
        <TextField label="Name" name="name" placeholder="Workshop" error={fields.name} />
        <SelectField
          label="Time zone"
          name="timeZone"
          defaultValue={ownTimeZone()}
          hint="Times are shown as the clocks at the site show them."
          error={fields.timeZone}
        >
          <TimeZoneOptions first={ownTimeZone()} />
        </SelectField>
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={busy}>
            Add site
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
