// The newest picture of a camera, renewed only while somebody can see it.

import { type RefObject, useEffect, useRef, useState } from 'react';
import { paths } from '../../src/http/contract/paths.ts';

interface FreshPicture {
  /** Goes on the element in which the picture is shown. */
  readonly holder: RefObject<HTMLDivElement | null>;
  /** Address of a picture that is loaded already, so that it appears without a flash; null before the first. */
  readonly source: string | null;
}

/** Instead of a time between pictures: one picture, and no other. */
export const onceOnly = Number.POSITIVE_INFINITY;

/** Renews the picture every `everyMs` while the page is visible and the holder is on screen; null shows none. */
export function useFreshPicture(cameraId: string, everyMs: number | null): FreshPicture {
  const holder = useRef<HTMLDivElement>(null);
  const [source, setSource] = useState<string | null>(null);
  useEffect(() => {
    const element = holder.current;
    if (everyMs === null || element === null) return;
    const wait = everyMs;
    let loaded = false;
    let timer: number | undefined;
    let onScreen = false;
    let stopped = false;

    function plan(afterMs: number) {
      window.clearTimeout(timer);
      if (loaded && wait === onceOnly) return;
      if (!stopped && onScreen && document.visibilityState === 'visible') {
        timer = window.setTimeout(load, afterMs);
      }
    }
    function load() {
      const picture = new Image();
      const address = `${paths.picture(cameraId)}?at=${Date.now()}`;
      picture.onload = () => {
        loaded = true;
        if (!stopped) setSource(address);
        plan(wait);
      };
      picture.onerror = () => {
        if (wait !== onceOnly) plan(wait);
      };
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
  }, [cameraId, everyMs]);
  return { holder, source };
}
