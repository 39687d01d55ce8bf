// Which value of a claim gives which role.

import { type Role, rolesByRank, roleWords } from '../people/roles.ts';
import { Button, IconButton } from '../ui/button.tsx';

interface Row {
  readonly value: string;
  readonly role: Role;
}

interface RoleRowsProps {
  readonly rows: readonly Row[];
  readonly error: string | undefined;
  readonly onChange: (rows: readonly Row[]) => void;
}

export function RoleRows({ rows, error, onChange }: RoleRowsProps) {
  const change = (at: number, row: Row) => onChange(rows.with(at, row));
  return (
    <fieldset className="field role-rows">
      <legend className="field-label">Roles by the value of the claim</legend>
      {rows.map((row, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity, and are only added at the end.
        <div key={at} className="role-row">
          <input
            className="input"
            aria-label={`Value ${at + 1}`}
            placeholder="Value"
            autoCapitalize="none"
            spellCheck={false}
            value={row.value}
            onChange={(event) => change(at, { ...row, value: event.target.value })}
          />
          <select
            className="input"
            aria-label={`Role of value ${at + 1}`}
            value={row.role}
            onChange={(event) => {
              const role = rolesByRank.find((each) => each === event.target.value);
              if (role !== undefined) change(at, { ...row, role });
            }}
          >
            {rolesByRank.map((role) => (
              <option key={role} value={role}>
                {roleWords[role].name}
              </option>
            ))}
          </select>
          <IconButton
            icon="trash"
            label={`Remove value ${at + 1}`}
            onClick={() => onChange(rows.toSpliced(at, 1))}
          />
        </div>
      ))}
      <Button size="small" icon="plus" onClick={() => onChange([...rows, { value: '', role: 'viewer' }])}>
        Add a value
      </Button>
      {error !== undefined && <p className="field-error">{error}</p>}
    </fieldset>
  );
}
