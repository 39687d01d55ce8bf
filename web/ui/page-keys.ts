// Keys that count wherever the focus is: not while somebody types, and not behind a dialog.

import { useEffect, useEffectEvent } from 'react';
import { chosenLetterKeys, isLetterKey } from './letter-keys.ts';

/** What has the focus when a key is pressed: `control` has keys of its own, such as Enter and the arrows. */
export type KeyPlace = 'page' | 'control';

/** What somebody types or chooses letters in. */
const fields =
  'textarea, select, [contenteditable="true"], input:not([type="checkbox"], [type="radio"], [type="range"])';
const controls = 'a, button, input, summary';

export function usePageKeys(onPress: (event: KeyboardEvent, place: KeyPlace) => void): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const { target } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isLetterKey(event.key) && !chosenLetterKeys()) return;
    if (document.querySelector('dialog:modal') !== null) return;
    const element = target instanceof Element ? target : document.body;
    if (element.closest(fields) !== null) return;
    onPress(event, element.closest(controls) === null ? 'page' : 'control');
  });
  useEffect(() => {
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
