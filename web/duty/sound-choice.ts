// How loud the duty screen is, as it was chosen on this device.

import { z } from 'zod';

const storageKey = 'vedette-duty-sound';

const SoundChoice = z.object({ isMuted: z.boolean(), volume: z.number().min(0).max(1) });
export type SoundChoice = z.infer<typeof SoundChoice>;

/** Loud enough to be heard, not to be pulled out of the wall. */
const usual: SoundChoice = { isMuted: false, volume: 0.7 };

export function chosenSound(): SoundChoice {
  try {
    const parsed = SoundChoice.safeParse(JSON.parse(localStorage.getItem(storageKey) ?? 'null'));
    return parsed.success ? parsed.data : usual;
  } catch {
    return usual;
  }
}

export function chooseSound(choice: SoundChoice): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(choice));
  } catch {
    // Storage is switched off: the choice lasts until the page is closed.
  }
}
