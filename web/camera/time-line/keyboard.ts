// What the keys do on the time line (WAI-ARIA slider pattern, and zoom).

import { type Bounds, keyStepMs, spanOf, type View } from './view.ts';

export type KeyMove = { readonly seekTo: number } | { readonly zoomBy: number };

/** Shift makes a step of an arrow key so many times longer. */
const shiftFactor = 6;

/** What pressing `key` means, or null where it means nothing here. */
export function keyMove(
  key: string,
  shift: boolean,
  { view, at, bounds }: { view: View; at: number; bounds: Bounds },
): KeyMove | null {
  const step = keyStepMs(view) * (shift ? shiftFactor : 1);
  const seekTo = (moment: number) => ({ seekTo: Math.min(bounds.now, Math.max(bounds.earliest, moment)) });
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return seekTo(at - step);
    case 'ArrowRight':
    case 'ArrowUp':
      return seekTo(at + step);
    case 'PageUp':
      return seekTo(at - spanOf(view) / 2);
    case 'PageDown':
      return seekTo(at + spanOf(view) / 2);
    case 'Home':
      return seekTo(bounds.earliest);
    case 'End':
      return seekTo(bounds.now);
    case '+':
      return { zoomBy: 0.5 };
    case '-':
      return { zoomBy: 2 };
    default:
      return null;
  }
}
