// Since when the server does not answer, as the duty screen notices it.

import { useEffect, useState } from 'react';

/** Without an answer for so long the connection is lost, in ms: the page asks every three seconds. */
const lostAfterMs = 9000;
const lookEveryMs = 1000;

/** Null while answers come. `answeredAt` is by this device's clock, 0 before the first; `cut` says that the live stream is. */
export function useLost(answeredAt: number, cut: boolean): number | null {
  const [openedAt] = useState(() => Date.now());
  const [now, setNow] = useState(openedAt);
  useEffect(() => {
    // Also while nobody sees the page: it is heard.
    const timer = window.setInterval(() => setNow(Date.now()), lookEveryMs);
    return () => window.clearInterval(timer);
  }, []);
  const last = Math.max(answeredAt, openedAt);
  return cut || now - last > lostAfterMs ? last : null;
}
