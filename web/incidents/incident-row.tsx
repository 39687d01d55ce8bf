// An incident in a list.

import { Link } from '@tanstack/react-router';
import type { Incident } from '../../src/http/contract/incidents.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { Icon } from '../ui/icons.tsx';
import { clockMinutes, moment } from '../ui/words.ts';
import { SeverityChip } from './severity-chip.tsx';
import { StateChip } from './state-chip.tsx';
import { incidentTitle, lengthWords, noticedBy } from './words.ts';

interface IncidentRowProps {
  readonly incident: Incident;
  readonly zone: string;
  readonly now: number;
  /** In a list of several days, the day stands beside the time. */
  readonly withDay?: boolean;
  /** In the list of all, its severity and who looks after it stand beside its state. */
  readonly detailed?: boolean;
}

export function IncidentRow({ incident, zone, now, withDay, detailed }: IncidentRowProps) {
  return (
    <Link to="/incidents/$incidentId" params={{ incidentId: incident.id }} className="incident-row">
      {incident.hasSnapshot ? (
        <img className="incident-thumb" src={paths.snapshot(incident.id)} alt="" loading="lazy" />
      ) : (
        <span className="incident-thumb incident-nothumb">
          <Icon name={incident.kind} size={24} />
        </span>
      )}
      <span className="incident-words">
        <strong>{incidentTitle(incident)}</strong>
        <span className="quiet small">{noticedBy(incident)}</span>
        <span className="quiet small numbers">
          {withDay === true ? moment(incident.startAt, zone, now) : clockMinutes(incident.startAt, zone)} ·{' '}
          {lengthWords(incident, now)}
        </span>
      </span>
      {detailed === true ? (
        <span className="row-chips">
          {incident.assignee !== null && (
            <span className="row-who" title={`With ${incident.assignee.name}`}>
              <Icon name="person" size={15} />
              <span className="ellipsis">{incident.assignee.name}</span>
            </span>
          )}
          {incident.severity !== 'normal' && <SeverityChip severity={incident.severity} />}
          <StateChip incident={incident} />
        </span>
      ) : (
        <StateChip incident={incident} />
      )}
      <span className="incident-go">
        <Icon name="next" size={18} />
      </span>
    </Link>
  );
}
