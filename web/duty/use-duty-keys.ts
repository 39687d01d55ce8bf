// The keys of the duty screen, wherever the focus is.

import { useEffect, useEffectEvent } from 'react';
import { type DutyAct, dutyAct } from './keyboard.ts';

const controls = 'a, button, input, select, textarea, summary';

export function useDutyKeys(onAct: (act: DutyAct) => void): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const onControl = event.target instanceof Element && event.target.closest(controls) !== null;
    const act = dutyAct(event, onControl);
    if (act === null) return;
    event.preventDefault();
    onAct(act);
  });
  useEffect(() => {
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
