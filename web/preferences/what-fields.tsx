// Of which incidents one is told: at once or in turn, from which severity, at which sites.

import type { MyAlerts, Wishes } from '../../src/http/contract/my-alerts.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { SitePicker } from '../people/site-picker.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { SwitchRow } from '../ui/switch-row.tsx';

interface WhatFieldsProps {
  readonly wishes: MyAlerts['wishes'];
  readonly role: string;
  readonly sites: readonly Site[];
  readonly onChange: (change: Partial<Wishes>) => void;
}

const severityHints = {
  low: 'Also of vehicles and animals.',
  normal: 'Of people, and of what is worse.',
  high: 'Only of what two cameras or a sensor confirm, and of calls for help.',
} as const satisfies Record<Wishes['minimumSeverity'], string>;

export function WhatFields({ wishes, role, sites, onChange }: WhatFieldsProps) {
  const { minimumSeverity, siteIds } = wishes;
  return (
    <div className="stack">
      <SwitchRow
        label="At once"
        hint={
          role === 'viewer'
            ? 'As soon as an incident opens at a site that you see.'
            : 'As soon as an incident opens, also where the escalation chain has somebody else first.'
        }
        checked={wishes.atOnce}
        onChange={(atOnce) => onChange({ atOnce })}
      />
      <div className="field">
        <span className="field-label">How serious it must be</span>
        <Segmented
          legend="How serious it must be"
          value={minimumSeverity}
          onChange={(next) => onChange({ minimumSeverity: next })}
          options={[
            { value: 'low', label: 'Everything' },
            { value: 'normal', label: 'People' },
            { value: 'high', label: 'Confirmed' },
          ]}
        />
        <div className="field-hint">{severityHints[minimumSeverity]}</div>
      </div>
      {sites.length > 1 && (
        <>
          <SwitchRow
            label="At every site"
            hint="Also at those that come later. Switch it off to choose."
            checked={siteIds === null}
            onChange={(isEvery) => onChange({ siteIds: isEvery ? null : sites.map(({ id }) => id) })}
          />
          {siteIds !== null && (
            <SitePicker sites={sites} chosen={siteIds} onChange={(next) => onChange({ siteIds: next })} />
          )}
        </>
      )}
    </div>
  );
}
