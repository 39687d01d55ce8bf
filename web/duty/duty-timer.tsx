// How long an incident has waited since it was opened: seconds that count.

import type { Incident } from '../../src/http/contract/incidents.ts';
import { waitedWords } from './waited.ts';

export function DutyTimer({ incident, now }: { incident: Incident; now: number }) {
  const waited = waitedWords(now - incident.openedAt);
  return (
    <span className="duty-timer numbers" title="Since it was opened">
      {waited}
    </span>
  );
}
