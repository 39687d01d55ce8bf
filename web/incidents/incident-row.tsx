// An incident in a list.

import { Link } from '@tanstack/react-router';
import type { Incident } from '../../src/http/contract/incidents.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { Icon } from '../ui/icons.tsx';
import { clockMinutes, moment } from '../ui/words.ts';
import { StateChip } from './state-chip.tsx';
import { cameraWords, incidentTitle, lengthWords } from './words.ts';

interface IncidentRowProps {
  readonly incident: Incident;
  readonly zone: string;
  readonly now: number;
  /** In a list of several days, the day stands beside the time. */
  readonly withDay?: boolean;
}

export function IncidentRow({ incident, zone, now, withDay }: IncidentRowProps) {
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
        <span className="quiet small">{cameraWords(incident.cameras)}</span>
        <span className="quiet small numbers">
          {withDay === true ? moment(incident.startAt, zone, now) : clockMinutes(incident.startAt, zone)} ·{' '}
          {lengthWords(incident, now)}
        </span>
      </span>
      <StateChip incident={incident} />
      <span className="incident-go">
        <Icon name="next" size={18} />
      </span>
    </Link>
  );
}
