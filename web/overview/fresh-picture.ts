// The newest picture of a camera, renewed only while somebody can see it.

import { type RefObject, useEffect, useRef, useState } from 'react';
import { paths } from '../../src/http/contract/paths.ts';

interface FreshPicture {
  /** Goes on the element in which the picture is shown. */
  readonly holder: RefObject<HTMLDivElement | null>;
  /** Address of a picture that is loaded already, so that it appears without a flash; null before the first. */
  readonly source: string | null;
}

/** Renews the picture every `everyMs` while `enabled`, the page is visible and the holder is on screen. */
export function useFreshPicture(cameraId: string, everyMs: number, enabled: boolean): FreshPicture {
  const holder = useRef<HTMLDivElement>(null);
  const [source, setSource] = useState<string | null>(null);
  useEffect(() => {
    const element = holder.current;
    if (!enabled || element === null) return;
    let timer: number | undefined;
    let onScreen = false;
    let stopped = false;

    function plan(afterMs: number) {
      window.clearTimeout(timer);
      if (!stopped && onScreen && document.visibilityState === 'visible') {
        timer = window.setTimeout(load, afterMs);
      }
    }
    function load() {
      const picture = new Image();
      const address = `${paths.picture(cameraId)}?at=${Date.now()}`;
      picture.onload = () => {
        if (!stopped) setSource(address);
        plan(everyMs);
      };
      picture.onerror = () => plan(everyMs);
      picture.src = address;
    }
    const planNow = () => plan(0);
    const observer = new IntersectionObserver((entries) => {
      onScreen = entries.at(-1)?.isIntersecting === true;
      planNow();
    });
    observer.observe(element);
    document.addEventListener('visibilitychange', planNow);
    return () => {
      stopped = true;
      window.clearTimeout(timer);
      observer.disconnect();
      document.removeEventListener('visibilitychange', planNow);
    };
  }, [cameraId, everyMs, enabled]);
  return { holder, source };
}
