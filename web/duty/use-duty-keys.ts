// The keys of the duty screen, wherever the focus is.

import { usePageKeys } from '../ui/page-keys.ts';
import { type DutyAct, dutyAct } from './keyboard.ts';

export function useDutyKeys(onAct: (act: DutyAct) => void): void {
  usePageKeys((event, place) => {
    const act = dutyAct(event, place === 'control');
    if (act === null) return;
    event.preventDefault();
    onAct(act);
  });
}
