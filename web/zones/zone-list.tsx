// The zones beside the picture: one row each, the selected one open with its settings.

import './zone-list.css';
import type { Zone } from '../../src/http/contract/zones.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { type Draft, select } from './draft.ts';
import { faultsOf, summary } from './words.ts';
import { ZoneSettings } from './zone-settings.tsx';

interface ZoneListProps {
  readonly draft: Draft;
  readonly mayChange: boolean;
  readonly act: (change: (draft: Draft) => Draft) => void;
}

export const kindIcons = {
  watch: 'eye',
  entry: 'entry',
  line: 'line',
  ignore: 'disarmed',
  mask: 'mask',
} as const satisfies Record<Zone['kind'], IconName>;

export function ZoneList({ draft, mayChange, act }: ZoneListProps) {
  return (
    <ul className="zone-list">
      {draft.zones.map((zone) => {
        const isOpen = zone.id === draft.selectedId;
        const [fault] = Object.values(faultsOf(zone));
        return (
          <li key={zone.id} className={isOpen ? 'zone-row zone-row-open' : 'zone-row'}>
            <button
              type="button"
              className="zone-row-head"
              aria-expanded={isOpen}
              onClick={() => act((before) => select(before, isOpen ? null : zone.id))}
            >
              <span className={`zone-sign zone-${zone.kind}`}>
                <Icon name={kindIcons[zone.kind]} size={18} />
              </span>
              <span className="zone-row-words">
                <strong className="ellipsis">{zone.name.trim() === '' ? 'Without a name' : zone.name}</strong>
                <span className={fault === undefined ? 'quiet small' : 'small zone-row-fault'}>
                  {fault ?? summary(zone)}
                </span>
              </span>
              <Icon name="down" size={18} />
            </button>
            {isOpen && mayChange && <ZoneSettings zone={zone} act={act} />}
          </li>
        );
      })}
    </ul>
  );
}
