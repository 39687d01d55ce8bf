// Keeps the screen awake while a page is shown.

import { useEffect, useState } from 'react';

/** Whether the screen is kept awake: browsers refuse it over plain HTTP and on a low battery. */
export function useWakeLock(): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let stopped = false;
    async function ask() {
      if (!('wakeLock' in navigator) || document.visibilityState !== 'visible') return;
      try {
        const given = await navigator.wakeLock.request('screen');
        if (stopped) return void given.release();
        lock = given;
        setHeld(true);
        given.addEventListener('release', () => setHeld(false));
      } catch {
        setHeld(false);
      }
    }
    // The browser takes it back when the page is hidden.
    const askAgain = () => void ask();
    void ask();
    document.addEventListener('visibilitychange', askAgain);
    return () => {
      stopped = true;
      document.removeEventListener('visibilitychange', askAgain);
      void lock?.release();
    };
  }, []);
  return held;
}
