// How large an element is, so that what is drawn in it lies where it should.

import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** `size` is 0 × 0 until the element was measured, in CSS px. */
export function useSize(): { readonly holder: RefObject<HTMLDivElement | null>; readonly size: Size } {
  const holder = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const measure = () => {
      // A picture is wide to fractions of a pixel where the page is zoomed.
      const { width, height } = element.getBoundingClientRect();
      setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { holder, size };
}
