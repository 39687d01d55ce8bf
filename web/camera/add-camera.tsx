// Adding a camera to a site.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { CameraInput } from '../../src/http/contract/cameras.ts';
import { paths } from '../../src/http/contract/paths.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { below } from '../ui/nested.ts';
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
  const [chosenSite, setChosenSite] = useState(siteId ?? sites[0]?.id ?? '');
  const [name, setName] = useState('');
  const [source, setSource] = useState(emptySource);

  async function add(input: CameraInput) {
    await send(paths.cameras, { method: 'POST', body: input });
    await queryClient.invalidateQueries({ queryKey: keys.cameras });
    onClose();
  }

  return (
    <FormDialog
      title="Add a camera"
      wide
      action="Add camera"
      schema={CameraInput}
      input={{ siteId: chosenSite, name, source: toSource(source) }}
      send={add}
      onClose={onClose}
    >
      {(fields) => (
        <>
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
        </>
      )}
    </FormDialog>
  );
}
