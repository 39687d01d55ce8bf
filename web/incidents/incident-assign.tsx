// Who looks after an incident.

import { useQuery } from '@tanstack/react-query';
import type { IncidentDetail } from '../../src/http/contract/incidents.ts';
import { sentence } from '../app/api.ts';
import { SelectField } from '../ui/field.tsx';
import { assign, assignableQuery } from './queries.ts';
import { useAct } from './use-act.ts';

export function IncidentAssign({ incident }: { incident: Pick<IncidentDetail, 'id' | 'assignee'> }) {
  const { data: people = [] } = useQuery(assignableQuery(incident.id));
  const act = useAct(incident.id, (memberId: string | null) => assign(incident.id, memberId));
  const { assignee } = incident;
  const isListed = people.some(({ id }) => id === assignee?.id);
  return (
    <SelectField
      label="Looked after by"
      value={(act.isPending ? act.variables : assignee?.id) ?? ''}
      disabled={act.isPending}
      error={act.isError ? sentence(act.error) : undefined}
      onChange={(event) => act.mutate(event.target.value === '' ? null : event.target.value)}
    >
      <option value="">Nobody yet</option>
      {assignee !== null && !isListed && <option value={assignee.id}>{assignee.name}</option>}
      {people.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}
