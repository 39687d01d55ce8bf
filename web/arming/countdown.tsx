// What runs out: the time to leave, and the time to disarm.

import type { Site } from '../../src/http/contract/sites.ts';
import { inForce, leftWords } from '../overview/arming.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { useNow } from '../ui/use-now.ts';

/** Often enough that no second is skipped, in ms. */
const everyMs = 250;

/** "Armed in 42 s", with the ways out where `onArm` is there. */
export function ExitCountdown({
  site,
  armsAt,
  onArm,
}: {
  site: Site;
  armsAt: number;
  onArm: ((input: { arming: Site['arming']; now?: boolean }) => void) | null;
}) {
  const now = useNow(everyMs);
  const before = inForce(site, now);
  return (
    <div className="countdown">
      <p className="countdown-words" role="timer">
        Armed in <strong className="numbers">{leftWords(armsAt, now)}</strong>
      </p>
      {onArm !== null && (
        <span className="countdown-ways">
          <Button size="small" onClick={() => onArm({ arming: site.arming, now: true })}>
            Arm now
          </Button>
          <Button size="small" onClick={() => onArm({ arming: before, now: true })}>
            Cancel
          </Button>
        </span>
      )}
      <span className="countdown-bar" aria-hidden="true">
        <span style={{ width: `${share(site.armingChangedAt, armsAt, now)}%` }} />
      </span>
    </div>
  );
}

/** "Somebody came in. Disarm within 23 s." */
export function EntryCountdown({
  entry,
  onDisarm,
}: {
  entry: NonNullable<Site['entry']>;
  onDisarm: (() => void) | null;
}) {
  const now = useNow(everyMs);
  const isOver = now > entry.dueAt;
  return (
    <div className="countdown countdown-entry">
      <Icon name="person" size={22} />
      {/* Said once, when it appears: the seconds are for the eye. */}
      <span className="hidden-visually" role="alert">
        Somebody came in. Disarm now, or an incident opens.
      </span>
      <p className="countdown-words" role="timer">
        <strong>Somebody came in.</strong>{' '}
        {isOver ? (
          'An incident opens.'
        ) : (
          <>
            Disarm within <strong className="numbers">{leftWords(entry.dueAt, now)}</strong>
          </>
        )}
      </p>
      {onDisarm !== null && !isOver && (
        <Button look="danger" size="small" icon="disarmed" onClick={onDisarm}>
          Disarm
        </Button>
      )}
      <span className="countdown-bar" aria-hidden="true">
        <span style={{ width: `${share(entry.startAt, entry.dueAt, now)}%` }} />
      </span>
    </div>
  );
}

/** How much is left, in percent. */
function share(from: number, to: number, now: number): number {
  return Math.min(100, Math.max(0, ((to - now) / Math.max(1, to - from)) * 100));
}
