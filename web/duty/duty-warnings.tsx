// What keeps the duty screen from doing its work: no connection, a service that is away, no sound.

import type { StandingAnswer } from '../../src/http/contract/standing.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { duration } from '../ui/words.ts';
import type { Alarm } from './use-alarm.ts';

interface DutyWarningsProps {
  readonly alarm: Alarm;
  readonly degraded: StandingAnswer['degraded'];
  readonly lostSince: number | null;
  readonly now: number;
}

export function DutyWarnings({ alarm, degraded, lostSince }: DutyWarningsProps) {
  return (
    <div className="duty-warnings" role="alert">
      {lostSince !== null && (
        <div className="duty-warning duty-warning-bad">
          <Icon name="warning" size={24} />
          <p>
            <strong>Connection lost.</strong> What is shown is {duration(Date.now() - lostSince)} old. New
            incidents cannot appear here: check the network, or watch them elsewhere.
          </p>
        </div>
      )}
      {degraded.length > 0 && (
        <div
          className={
            degraded.some(({ name }) => name === 'nothing-recorded')
              ? 'duty-warning duty-warning-bad'
              : 'duty-warning'
          }
        >
          <Icon name="warning" size={24} />
          <p>
            <strong>Not everything works as usual.</strong>{' '}
            {degraded.map(({ sentence }) => sentence).join(' ')}
          </p>
        </div>
      )}
      {!alarm.isOn && (
        <div className="duty-warning">
          <Icon name="silent" size={24} />
          <p>
            <strong>Sound is off.</strong> The browser keeps a page silent until somebody touches it.
          </p>
          <Button look="primary" icon="sound" onClick={alarm.turnOn}>
            Turn on sound
          </Button>
        </div>
      )}
      {alarm.isOn && (alarm.choice.isMuted || alarm.choice.volume === 0) && (
        <div className="duty-warning">
          <Icon name="silent" size={24} />
          <p>
            <strong>Sound is muted.</strong> Incidents are shown, but not heard.
          </p>
          <Button
            icon="sound"
            onClick={() => alarm.choose({ isMuted: false, volume: alarm.choice.volume || 0.7 })}
          >
            Unmute
          </Button>
        </div>
      )}
    </div>
  );
}
