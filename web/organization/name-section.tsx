// The organization's name.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Organization, OrganizationChange } from '../../src/http/contract/organization.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { showToast } from '../ui/toast.tsx';
import { useForm } from '../ui/use-form.ts';
import { changeOrganization } from './queries.ts';

const NameChange = OrganizationChange.pick({ name: true }).required();

export function NameSection({ organization }: { organization: Organization }) {
  const queryClient = useQueryClient();
  const [name, setName] = useState(organization.name);
  const form = useForm(NameChange, { name }, async (checked) => {
    await changeOrganization(checked);
    setName(checked.name);
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: keys.organization }),
      queryClient.invalidateQueries({ queryKey: keys.me }),
    ]);
    showToast('good', <span className="toast-words">The name is changed.</span>);
  });
  return (
    <TitledSection
      look="section"
      title="What it is called"
      lead="Stands on top of every page and in invitations."
    >
      <form ref={form.ref} className="name-form" noValidate onSubmit={form.onSubmit}>
        <TextField
          label="Name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={form.fields.name}
        />
        <Button type="submit" busy={form.busy} disabled={name.trim() === organization.name}>
          Save
        </Button>
      </form>
      {form.problem !== null && <Notice tone="bad">{form.problem}</Notice>}
    </TitledSection>
  );
}
