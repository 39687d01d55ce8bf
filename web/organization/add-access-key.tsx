// Making an access key; it is shown once, here.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type AccessKeyCreated, AccessKeyInput } from '../../src/http/contract/organization.ts';
import type { Me } from '../../src/http/contract/session.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { keys } from '../app/query-keys.ts';
import { SitePicker } from '../people/site-picker.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Secret } from '../ui/secret.tsx';
import { Segmented } from '../ui/segmented.tsx';
import {
  lifeChoices,
  type MachinePermission,
  machinePermissionWords,
  permissionsToGive,
} from './key-words.ts';
import { createAccessKey } from './queries.ts';

/** Long enough to be of use, short enough to be thought of again, in days. */
const usualLifeDays = 90;

const CompleteKey = AccessKeyInput.refine(({ siteIds }) => siteIds === null || siteIds.length > 0, {
  path: ['siteIds'],
  error: 'Choose at least one site, or every site.',
});

interface AddAccessKeyProps {
  readonly me: Me;
  readonly sites: readonly Site[];
  readonly onClose: () => void;
}

export function AddAccessKey({ me, sites, onClose }: AddAccessKeyProps) {
  const queryClient = useQueryClient();
  const [created, setCreated] = useState<AccessKeyCreated | null>(null);
  const [name, setName] = useState('');
  const [permissions, setPermissions] = useState<MachinePermission[]>(['view']);
  const [reach, setReach] = useState<'every' | 'some'>('every');
  const [siteIds, setSiteIds] = useState<string[]>([]);
  const [lifeDays, setLifeDays] = useState(usualLifeDays);

  async function make(input: AccessKeyInput) {
    setCreated(await createAccessKey(input));
    await queryClient.invalidateQueries({ queryKey: keys.accessKeys });
  }

  if (created !== null) return <KeyMade created={created} onClose={onClose} />;
  return (
    <FormDialog
      title="Make an access key"
      action="Make the key"
      schema={CompleteKey}
      input={{ name, permissions, siteIds: reach === 'every' ? null : siteIds, lifeDays }}
      send={make}
      onClose={onClose}
    >
      {(fields) => (
        <>
          <TextField
            label="Name"
            value={name}
            onChange={(event) => setName(event.target.value)}
            placeholder="Alarm panel"
            hint="What calls with it."
            error={fields.name}
          />
          <Permissions {...{ me, permissions }} error={fields.permissions} onChange={setPermissions} />
          <Segmented
            legend="Where it works"
            value={reach}
            onChange={setReach}
            options={[
              { value: 'every', label: 'Every site' },
              { value: 'some', label: 'Some sites' },
            ]}
          />
          {reach === 'some' && (
            <SitePicker sites={sites} chosen={siteIds} onChange={setSiteIds} error={fields.siteIds} />
          )}
          <SelectField
            label="Works for"
            value={lifeDays}
            error={fields.lifeDays}
            onChange={(event) => setLifeDays(Number(event.target.value))}
          >
            {lifeChoices.map(({ days, words }) => (
              <option key={days} value={days}>
                {words}
              </option>
            ))}
          </SelectField>
        </>
      )}
    </FormDialog>
  );
}

interface PermissionsProps {
  readonly me: Me;
  readonly permissions: readonly MachinePermission[];
  readonly error: string | undefined;
  readonly onChange: (permissions: MachinePermission[]) => void;
}

function Permissions({ me, permissions, error, onChange }: PermissionsProps) {
  return (
    <fieldset className="field key-permissions">
      <legend className="field-label">What it may do</legend>
      {permissionsToGive(me.permissions).map((permission) => (
        <label key={permission} className="tick">
          <input
            type="checkbox"
            checked={permissions.includes(permission)}
            aria-invalid={error !== undefined}
            onChange={(event) =>
              onChange(
                event.target.checked
                  ? [...permissions, permission]
                  : permissions.filter((each) => each !== permission),
              )
            }
          />
          <span>{machinePermissionWords[permission]}</span>
        </label>
      ))}
      {error !== undefined && <p className="field-error">{error}</p>}
    </fieldset>
  );
}

function KeyMade({ created, onClose }: { created: AccessKeyCreated; onClose: () => void }) {
  return (
    <Dialog once key="made" title={`${created.accessKey.name}: the key`} onClose={onClose}>
      <p>
        Keep it where only the machine reads it. It is shown only this once, and goes into every request as
        <code> Authorization: Bearer …</code>
      </p>
      <Secret text={created.key} label="Copy the key" />
      <div className="dialog-actions">
        <Button look="primary" onClick={onClose}>
          I have kept it
        </Button>
      </div>
    </Dialog>
  );
}
