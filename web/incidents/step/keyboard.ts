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

/** Null for keys that mean nothing here. */
export function stepIntention(key: string, shift: boolean): StepIntention | null {
  if (/^[1-9]$/.test(key)) return { kind: 'choose', index: Number(key) - 1 };
  switch (key) {
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
