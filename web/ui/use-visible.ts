// Whether somebody can see the page.

import { useEffect, useState } from 'react';

/** False once the page has been hidden for `graceMs`; true at once when it is shown again. */
export function useVisible(graceMs: number): boolean {
  const [visible, setVisible] = useState(true);
  useEffect(() => {
    let timer: number | undefined;
    const look = () => {
      window.clearTimeout(timer);
      if (document.visibilityState === 'visible') setVisible(true);
      else timer = window.setTimeout(() => setVisible(false), graceMs);
    };
    document.addEventListener('visibilitychange', look);
    return () => {
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [graceMs]);
  return visible;
}
