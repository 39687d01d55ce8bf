// What a key does on the duty screen. No rendering here.

export type DutyAct = 'acknowledge' | 'open' | 'next' | 'previous' | 'mute';

const acts: Readonly<Record<string, DutyAct>> = {
  a: 'acknowledge',
  enter: 'open',
  j: 'next',
  k: 'previous',
  arrowdown: 'next',
  arrowright: 'next',
  arrowup: 'previous',
  arrowleft: 'previous',
  m: 'mute',
};

interface Pressed {
  readonly key: string;
  readonly repeat: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Null where the key is for something else: `onControl` says that a button, link or slider has the focus. */
export function dutyAct(pressed: Pressed, onControl: boolean): DutyAct | null {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  const act = acts[pressed.key.toLowerCase()] ?? null;
  // A key that is held acknowledges one incident, not all of them.
  if (pressed.repeat && act !== 'next' && act !== 'previous') return null;
  const isNative = pressed.key === 'Enter' || pressed.key.startsWith('Arrow');
  return onControl && isNative ? null : act;
}
