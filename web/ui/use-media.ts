// Whether the window fits a media query.

import { useSyncExternalStore } from 'react';

/** True as long as `query` matches, for example "(min-width: 1024px)". */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    () => window.matchMedia(query).matches,
  );
}
