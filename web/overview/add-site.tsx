// Adding a site.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { paths } from '../../src/http/contract/paths.ts';
import { SiteInput } from '../../src/http/contract/sites.ts';
import { send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { TimeZoneOptions } from '../ui/time-zones.tsx';
import { ownTimeZone } from '../ui/words.ts';

export function AddSite({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const [timeZone, setTimeZone] = useState(ownTimeZone);

  async function add(input: SiteInput) {
    await send(paths.sites, { method: 'POST', body: input });
    await queryClient.invalidateQueries({ queryKey: keys.sites });
    onClose();
  }

  return (
    <FormDialog
      title="Add a site"
      action="Add site"
      schema={SiteInput}
      input={{ name, timeZone }}
      send={add}
      onClose={onClose}
    >
      {(fields) => (
        <>
          <TextField
            label="Name"
            value={name}
            onChange={(event) => setName(event.target.value)}
            placeholder="Workshop"
            error={fields.name}
          />
          <SelectField
            label="Time zone"
            value={timeZone}
            onChange={(event) => setTimeZone(event.target.value)}
            hint="Times are shown as the clocks at the site show them."
            error={fields.timeZone}
          >
            <TimeZoneOptions first={ownTimeZone()} />
          </SelectField>
        </>
      )}
    </FormDialog>
  );
}
