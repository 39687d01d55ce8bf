// Whether keys of one character do something by themselves, as it was chosen on this device. Who speaks to the
// computer, or whose hands tremble, switches them off (WCAG 2.2, success criterion 2.1.4).

const storageKey = 'vedette-letter-keys';
/** Where storage is switched off, the choice lasts until the page is closed. */
let choice: boolean | null = null;

/** They count unless somebody chose otherwise. */
export function chosenLetterKeys(): boolean {
  if (choice !== null) return choice;
  try {
    return localStorage.getItem(storageKey) !== 'off';
  } catch {
    return true;
  }
}

export function chooseLetterKeys(count: boolean): void {
  try {
    if (count) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, 'off');
    choice = null;
  } catch {
    choice = count;
  }
}

/** A letter, digit or sign: what is said or typed by accident. Not the space bar, arrows and other keys that have a name. */
export function isLetterKey(key: string): boolean {
  return [...key].length === 1 && key !== ' ';
}
