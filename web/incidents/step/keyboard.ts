// The keyboard of an incident's pictures: what a key asks for. Pure.

export type StepIntention =
  | { readonly kind: 'toggle' }
  /** Moves by so many ms. */
  | { readonly kind: 'move'; readonly byMs: number }
  | { readonly kind: 'begin' | 'follow' }
  | { readonly kind: 'faster' | 'slower' }
  /** The n-th camera, from 0. */
  | { readonly kind: 'choose'; readonly index: number }
  | { readonly kind: 'solo' }
  /** Draws where somebody walked, or does not. */
  | { readonly kind: 'paths' };

const stepMs = 1_000;
const strideMs = 10_000;
const frameMs = 100;

/**
 * What has the focus: the clip itself, a button or slider with keys of its own, or anything else, where the page is moved with the keys
 * that move it everywhere.
 */
export type StepFocus = 'clip' | 'control' | 'page';

type Pressed = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'repeat'>;

const ownKeys = {
  clip: /^$/,
  control: /^( |Enter|Arrow\w+|Home|End)$/,
  page: /^(ArrowUp|ArrowDown|Home|End)$/,
} as const satisfies Record<StepFocus, RegExp>;

/** Null for keys that mean nothing here, or something else where the focus is. */
export function stepIntention(pressed: Pressed, focus: StepFocus): StepIntention | null {
  if (ownKeys[focus].test(pressed.key)) return null;
  const intention = intentionOf(pressed);
  // A key that is held moves on; it does not switch to and fro.
  return pressed.repeat && intention?.kind !== 'move' ? null : intention;
}

function intentionOf({ key, shiftKey: shift }: Pressed): StepIntention | null {
  if (/^[1-9]$/.test(key)) return { kind: 'choose', index: Number(key) - 1 };
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case ' ':
      return { kind: 'toggle' };
    case 'ArrowLeft':
      return { kind: 'move', byMs: shift ? -strideMs : -stepMs };
    case 'ArrowRight':
      return { kind: 'move', byMs: shift ? strideMs : stepMs };
    case ',':
      return { kind: 'move', byMs: -frameMs };
    case '.':
      return { kind: 'move', byMs: frameMs };
    case 'Home':
      return { kind: 'begin' };
    case 'End':
      return { kind: 'follow' };
    case '+':
    case 'ArrowUp':
      return { kind: 'faster' };
    case '-':
    case 'ArrowDown':
      return { kind: 'slower' };
    case 'f':
      return { kind: 'solo' };
    case 'p':
      return { kind: 'paths' };
    default:
      return null;
  }
}
