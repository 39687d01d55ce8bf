// How wide an element is, so that what is drawn in it fills it without being stretched.

import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** `width` is 0 until the element was measured, in CSS px. */
export function useWidth(): { readonly holder: RefObject<HTMLDivElement | null>; readonly width: number } {
  const holder = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const measure = () => setWidth(Math.floor(element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { holder, width };
}
