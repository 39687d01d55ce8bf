// Adding a camera to a site.

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { CameraInput } from '../../src/http/contract/cameras.ts';
import { paths } from '../../src/http/contract/paths.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { send, sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { check, type FieldErrors, fieldsOf, focusFirstError } from '../ui/form.ts';
import { below } from '../ui/nested.ts';
import { Notice } from '../ui/notice.tsx';
import { emptySource, toSource } from './source-draft.ts';
import { SourceFields } from './source-fields.tsx';

interface AddCameraProps {
  readonly sites: readonly Site[];
  /** The site it is added to, unless another is chosen. */
  readonly siteId: string | undefined;
  readonly onClose: () => void;
}

export function AddCamera({ sites, siteId, onClose }: AddCameraProps) {
  const queryClient = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [chosenSite, setChosenSite] = useState(siteId ?? sites[0]?.id ?? '');
  const [name, setName] = useState('');
  const [source, setSource] = useState(emptySource);
  const [fields, setFields] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const checked = check(CameraInput, { siteId: chosenSite, name, source: toSource(source) });
    setFields(checked.ok ? {} : checked.fields);
    if (!checked.ok) return focusFirstError(form.current);
    setBusy(true);
    try {
      await send(paths.cameras, { method: 'POST', body: checked.value });
      await queryClient.invalidateQueries({ queryKey: keys.cameras });
      onClose();
    } catch (error) {
      setFields(fieldsOf(error));
      setProblem(sentence(error));
      setBusy(false);
    }
  }

  return (
    <Dialog title="Add a camera" wide onClose={onClose}>
      <form ref={form} className="stack" noValidate onSubmit={(event) => void submit(event)}>
        <SourceFields draft={source} onChange={setSource} errors={below(fields, 'source')} />
        <TextField
          label="Name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          placeholder="Front yard"
          error={fields.name}
        />
        {sites.length > 1 && (
          <SelectField
            label="Site"
            value={chosenSite}
            onChange={(event) => setChosenSite(event.target.value)}
            error={fields.siteId}
          >
            {sites.map((site) => (
              <option key={site.id} value={site.id}>
                {site.name}
              </option>
            ))}
          </SelectField>
        )}
        {problem !== null && <Notice tone="bad">{problem}</Notice>}
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={busy}>
            Add camera
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
