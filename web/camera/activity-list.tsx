// Activity as a list: what the time line shows, for those who read rather than scrub.

import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { clockSeconds, day, duration } from '../ui/words.ts';
import { type Activity, kindWords, leadMs } from './time-line/activity.ts';

/** So many are shown at a time: more at once is slow to draw and nobody reads it. */
const pageSize = 30;

interface ActivityListProps {
  /** Oldest first; not looked at while `loading`. */
  readonly activities: readonly Activity[];
  readonly loading: boolean;
  readonly zone: string;
  readonly now: number;
  readonly at: number;
  readonly onPlay: (at: number) => void;
  /** Where single images are shown: what is seen in one has no length. */
  readonly ofImages?: boolean;
}

export function ActivityList({ activities, loading, zone, now, at, onPlay, ofImages }: ActivityListProps) {
  const [shown, setShown] = useState(pageSize);
  const newestFirst = activities.toReversed().slice(0, shown);
  if (loading) return <ListSkeleton />;
  if (newestFirst.length === 0) {
    return (
      <p className="quiet small activity-none">
        Nobody was seen in these 24 hours. What moves without being a person, a vehicle or an animal is left
        out.
      </p>
    );
  }
  const days = Map.groupBy(newestFirst, (one) => day(one.startAt, zone, now));
  return (
    <>
      {[...days].map(([name, ones]) => (
        <section key={name} className="activity-day">
          <h3>{name}</h3>
          <ol>
            {ones.map((one) => (
              <li key={one.id}>
                <button
                  type="button"
                  className="activity"
                  aria-current={at >= one.startAt - leadMs && at <= one.endAt}
                  onClick={() => onPlay(one.startAt - leadMs)}
                >
                  <span className={`activity-icon activity-${one.kind}`}>
                    <Icon name={one.kind} size={18} />
                  </span>
                  <span className="activity-words">
                    <span>{kindWords[one.kind]}</span>
                    {ofImages !== true && (
                      <span className="quiet small">{duration(Math.max(1000, one.endAt - one.startAt))}</span>
                    )}
                  </span>
                  {one.incidentId !== null && <span className="chip chip-bad">Incident</span>}
                  <span className="numbers quiet small">{clockSeconds(one.startAt, zone)}</span>
                </button>
              </li>
            ))}
          </ol>
        </section>
      ))}
      {activities.length > shown && (
        <Button look="ghost" size="small" onClick={() => setShown(shown + pageSize)}>
          Show earlier ones
        </Button>
      )}
    </>
  );
}

function ListSkeleton() {
  return (
    <div className="stack" role="status" aria-label="Loading">
      {[1, 2, 3, 4].map((row) => (
        <div key={row} className="skeleton activity-skeleton" />
      ))}
    </div>
  );
}
