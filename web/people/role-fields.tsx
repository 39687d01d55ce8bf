// Role and sites of a person: what the two forms about people share.

import { useSuspenseQuery } from '@tanstack/react-query';
import { sitesQuery } from '../overview/queries.ts';
import { SelectField } from '../ui/field.tsx';
import type { FieldErrors } from '../ui/form.ts';
import { type Role, reachesEverySite, rolesToGive, roleWords } from './roles.ts';
import { SitePicker } from './site-picker.tsx';

interface RoleFieldsProps {
  /** The role of who fills it in. */
  readonly own: Role;
  readonly role: Role;
  readonly siteIds: readonly string[];
  readonly fields: FieldErrors;
  readonly onRole: (role: Role) => void;
  readonly onSites: (siteIds: string[]) => void;
}

export function RoleFields({ own, role, siteIds, fields, onRole, onSites }: RoleFieldsProps) {
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const possible = rolesToGive(own);
  return (
    <>
      <SelectField
        label="Role"
        value={role}
        hint={roleWords[role].allows}
        error={fields.role}
        onChange={(event) => {
          const next = possible.find((each) => each === event.target.value);
          if (next !== undefined) onRole(next);
        }}
      >
        {possible.map((each) => (
          <option key={each} value={each}>
            {roleWords[each].name}
          </option>
        ))}
      </SelectField>
      {!reachesEverySite(role) && (
        <SitePicker sites={sites} chosen={siteIds} onChange={onSites} error={fields.siteIds} />
      )}
    </>
  );
}
