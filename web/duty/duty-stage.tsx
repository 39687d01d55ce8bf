// The incident that is looked at, as large as the screen allows, with its live picture.

import type { Incident } from '../../src/http/contract/incidents.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { SeverityChip } from '../incidents/severity-chip.tsx';
import { StateChip } from '../incidents/state-chip.tsx';
import { incidentTitle, lengthWords, noticedBy } from '../incidents/words.ts';
import { Player } from '../player/player.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { chosenLetterKeys } from '../ui/letter-keys.ts';
import { DutyTimer } from './duty-timer.tsx';
import type { DutyAct } from './keyboard.ts';

interface DutyStageProps {
  readonly incident: Incident;
  readonly now: number;
  readonly onAct: (act: DutyAct) => void;
}

export function DutyStage({ incident, now, onAct }: DutyStageProps) {
  const isOpen = incident.state === 'open';
  return (
    <section
      className="duty-stage"
      data-severity={incident.severity}
      data-open={isOpen}
      aria-label={incidentTitle(incident)}
    >
      <div className="duty-stage-picture">
        <LivePicture incident={incident} />
        <span className="duty-stage-tags">
          <SeverityChip severity={incident.severity} />
          {!isOpen && <StateChip incident={incident} />}
        </span>
      </div>
      <div className="duty-stage-foot">
        <div className="duty-stage-words">
          <h2 className="clamp" title={incidentTitle(incident)}>
            {incidentTitle(incident)}
          </h2>
          <p className="quiet ellipsis">
            {noticedBy(incident)} · {lengthWords(incident, now)}
            {incident.escalation > 0 && ` · escalated ${incident.escalation}×`}
          </p>
          <p className="small ellipsis">
            {incident.assignee === null ? 'Nobody looks after it yet' : `With ${incident.assignee.name}`}
          </p>
        </div>
        <DutyTimer incident={incident} now={now} />
        <div className="duty-stage-buttons">
          {isOpen && (
            <Button look="primary" icon="eye" onClick={() => onAct('acknowledge')}>
              Acknowledge {chosenLetterKeys() && <kbd>A</kbd>}
            </Button>
          )}
          <Button icon="next" onClick={() => onAct('open')}>
            Open <kbd>Enter</kbd>
          </Button>
        </div>
      </div>
    </section>
  );
}

/** The camera that saw it last. */
export function LivePicture({ incident }: { incident: Incident }) {
  const camera = incident.cameras.at(-1);
  if (camera === undefined) {
    return (
      <div className="duty-nothing">
        <Icon name={incident.kind} size={56} />
      </div>
    );
  }
  return (
    <Player
      address={paths.live(camera.id)}
      live
      startAt={null}
      paused={false}
      speed={1}
      label={`Live picture of ${camera.name}`}
      poster={incident.hasSnapshot ? paths.snapshot(incident.id) : paths.picture(camera.id)}
      aspectRatio={16 / 9}
      onMoment={ignore}
    />
  );
}

function ignore(): void {}
