// How much an incident asks for, as a chip.

import type { Incident } from '../../src/http/contract/incidents.ts';

const words = { high: 'High', normal: 'Normal', low: 'Low' } as const satisfies Record<
  Incident['severity'],
  string
>;

const tones = { high: 'bad', normal: 'busy', low: 'plain' } as const satisfies Record<
  Incident['severity'],
  string
>;

export function SeverityChip({ severity }: { severity: Incident['severity'] }) {
  return (
    <span className={`chip chip-${tones[severity]} severity-chip`} data-severity={severity}>
      <span className="hidden-visually">Severity: </span>
      {words[severity]}
    </span>
  );
}
