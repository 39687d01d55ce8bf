// Whether paths are drawn over the pictures, as it was chosen on this device.

const storageKey = 'vedette-paths';

/** They are drawn unless somebody chose otherwise. */
export function chosenPaths(): boolean {
  try {
    return localStorage.getItem(storageKey) !== 'off';
  } catch {
    return true;
  }
}

export function choosePaths(drawn: boolean): void {
  try {
    if (drawn) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, 'off');
  } catch {
    // Storage is switched off: the choice lasts until the page is closed.
  }
}
