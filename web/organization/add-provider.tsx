// Adding a provider; afterwards, what is to be registered there.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Provider, ProviderInput } from '../../src/http/contract/organization.ts';
import { keys } from '../app/query-keys.ts';
import { rolesByRank, roleWords } from '../people/roles.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import type { FieldErrors } from '../ui/form.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { ProviderAddresses } from './provider-addresses.tsx';
import { emptyProvider, faultAt, type ProviderDraft, toProvider } from './provider-draft.ts';
import { addProvider } from './queries.ts';
import { RoleRows } from './role-rows.tsx';

export function AddProvider({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(emptyProvider);
  const [added, setAdded] = useState<Provider | null>(null);

  async function add(input: ProviderInput) {
    setAdded(await addProvider(input));
    await queryClient.invalidateQueries({ queryKey: keys.providers });
  }

  if (added !== null) {
    return (
      <Dialog key="added" title={`${added.name} is connected`} wide onClose={onClose}>
        <ProviderAddresses provider={added} />
        <p className="quiet small">Then sign in once yourself before you tell your people.</p>
        <div className="dialog-actions">
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <FormDialog
      key="form"
      title="Add a provider"
      wide
      action="Add provider"
      schema={ProviderInput}
      input={toProvider(draft)}
      send={add}
      onClose={onClose}
    >
      {(fields) => <ProviderFields draft={draft} onChange={setDraft} fields={fields} />}
    </FormDialog>
  );
}

interface ProviderFieldsProps {
  readonly draft: ProviderDraft;
  readonly onChange: (draft: ProviderDraft) => void;
  readonly fields: FieldErrors;
}

function ProviderFields({ draft, onChange, fields }: ProviderFieldsProps) {
  const text = (field: 'name' | 'issuer' | 'clientId' | 'clientSecret' | 'domains' | 'roleClaim') => ({
    value: draft[field],
    onChange: ({ target }: { target: { value: string } }) => onChange({ ...draft, [field]: target.value }),
    error: faultAt(fields, field),
  });
  const exact = { autoCapitalize: 'none', spellCheck: false, autoComplete: 'off' } as const;
  return (
    <>
      <TextField
        {...text('name')}
        label="Name"
        placeholder="Acme Entra"
        hint="What your people know it by."
      />
      <TextField
        {...text('issuer')}
        {...exact}
        label="Issuer"
        inputMode="url"
        placeholder="https://login.example.org/realms/acme"
        hint="The address before /.well-known/openid-configuration, exactly as that document names it."
      />
      <div className="pair">
        <TextField {...text('clientId')} {...exact} label="Client id" />
        <TextField
          {...text('clientSecret')}
          label="Client secret"
          type="password"
          autoComplete="new-password"
        />
      </div>
      <TextField
        {...text('domains')}
        {...exact}
        label="E-mail domains"
        placeholder="example.org, example.com"
        hint="Who has an address there signs in at this provider."
      />
      <SelectField
        label="Role of new people"
        value={draft.defaultRole}
        error={fields.defaultRole}
        hint={
          draft.defaultRole === 'owner' || draft.defaultRole === 'viewer'
            ? 'They see no site until somebody gives them some.'
            : 'Who signs in there for the first time and is no member yet.'
        }
        onChange={(event) => {
          const role = rolesByRank.find((each) => each === event.target.value);
          onChange({ ...draft, defaultRole: role ?? '' });
        }}
      >
        <option value="">None: only members get in</option>
        {rolesByRank
          .filter((role) => role !== 'admin')
          .map((role) => (
            <option key={role} value={role}>
              {roleWords[role].name}
            </option>
          ))}
      </SelectField>
      <TextField
        {...text('roleClaim')}
        {...exact}
        label="Claim for the role"
        optional
        placeholder="groups"
        hint="A claim of the ID token that says who somebody is there. Without it everybody new gets the role above."
      />
      {draft.roleClaim.trim() !== '' && (
        <RoleRows
          rows={draft.roles}
          error={faultAt(fields, 'roleByValue')}
          onChange={(roles) => onChange({ ...draft, roles })}
        />
      )}
    </>
  );
}
