// The state of an incident as a chip.

import type { Incident } from '../../src/http/contract/incidents.ts';
import { stateChip } from './words.ts';

export function StateChip({ incident }: { incident: Pick<Incident, 'state' | 'resolution'> }) {
  const { tone, words } = stateChip(incident);
  return (
    <span className={`chip chip-${tone}`}>
      {incident.state === 'open' && <span className="dot dot-bad" />}
      {words}
    </span>
  );
}
