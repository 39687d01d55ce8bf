// All that waits and all that is looked after, as tiles; the first ones move.

import type { Incident } from '../../src/http/contract/incidents.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { SeverityChip } from '../incidents/severity-chip.tsx';
import { incidentTitle, noticedBy } from '../incidents/words.ts';
import { useFreshPicture } from '../overview/fresh-picture.ts';
import { Icon } from '../ui/icons.tsx';
import { LivePicture } from './duty-stage.tsx';
import { DutyTimer } from './duty-timer.tsx';

/** The newest picture of a tile that does not move is read so often, in ms. */
const pictureEveryMs = 4000;

interface DutyQueueProps {
  readonly incidents: readonly Incident[];
  readonly lookedAt: string | null;
  /** So many of the first tiles show a live picture. */
  readonly live: number;
  readonly now: number;
  readonly onChoose: (incidentId: string) => void;
}

export function DutyQueue({ incidents, lookedAt, live, now, onChoose }: DutyQueueProps) {
  const moving = new Set(
    incidents
      .filter(({ id, state }) => id !== lookedAt && state === 'open')
      .slice(0, live)
      .map(({ id }) => id),
  );
  if (incidents.length === 0 || (incidents.length === 1 && lookedAt !== null)) return null;
  return (
    <ol className="duty-queue" aria-label="All incidents">
      {incidents.map((incident) => (
        <DutyTile
          key={incident.id}
          {...{ incident, now, onChoose }}
          isLive={moving.has(incident.id)}
          isLookedAt={incident.id === lookedAt}
        />
      ))}
    </ol>
  );
}

interface DutyTileProps {
  readonly incident: Incident;
  readonly now: number;
  readonly isLive: boolean;
  readonly isLookedAt: boolean;
  readonly onChoose: (incidentId: string) => void;
}

function DutyTile({ incident, now, isLive, isLookedAt, onChoose }: DutyTileProps) {
  const isOpen = incident.state === 'open';
  return (
    <li className="duty-tile" data-severity={incident.severity} data-open={isOpen}>
      <div className="duty-tile-picture">
        {isLive ? <LivePicture incident={incident} /> : <StillPicture incident={incident} />}
        <span className="duty-tile-tags">
          <SeverityChip severity={incident.severity} />
        </span>
      </div>
      <div className="duty-tile-words">
        <strong className="ellipsis">{incidentTitle(incident)}</strong>
        <DutyTimer incident={incident} now={now} />
        <span className="quiet small ellipsis">{noticedBy(incident)}</span>
        {incident.assignee !== null && (
          <span className="small ellipsis duty-tile-who">
            <Icon name="person" size={14} />
            {incident.assignee.name}
          </span>
        )}
      </div>
      <button
        type="button"
        className="duty-tile-press"
        aria-current={isLookedAt}
        aria-label={`Look at ${incidentTitle(incident)}, ${isOpen ? 'not acknowledged' : 'acknowledged'}`}
        onClick={() => onChoose(incident.id)}
      />
    </li>
  );
}

/** The newest picture of the camera while it waits; of what is looked after, its snapshot is enough. */
function StillPicture({ incident }: { incident: Incident }) {
  const camera = incident.cameras.at(-1);
  const isOpen = incident.state === 'open';
  const { holder, source } = useFreshPicture(
    camera?.id ?? '',
    camera !== undefined && isOpen ? pictureEveryMs : null,
  );
  const shown = source ?? (incident.hasSnapshot ? paths.snapshot(incident.id) : null);
  return (
    <div className="duty-still" ref={holder}>
      {shown === null ? <Icon name={incident.kind} size={30} /> : <img src={shown} alt="" />}
    </div>
  );
}
