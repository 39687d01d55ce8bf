// On the overview, the newest image of a camera whose images are pushed.

import { useQuery } from '@tanstack/react-query';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { newestImageQuery, previewAddress } from '../camera/images/queries.ts';

export interface PushedPicture {
  /** Goes on the element in which the picture is shown. */
  readonly holder: RefObject<HTMLDivElement | null>;
  /** Address of a preview that is loaded already; null before the first. */
  readonly source: string | null;
  /** When the newest image was taken; null where there is none, undefined while that is not known. */
  readonly takenAt: number | null | undefined;
  /** Whether there is an image that cannot be shown. */
  readonly isBroken: boolean;
}

/** Asks while `isWanted` and the holder is on screen: each new image is a preview that the server makes. */
export function usePushedPicture(cameraId: string, isWanted: boolean): PushedPicture {
  const holder = useRef<HTMLDivElement>(null);
  const isOnScreen = useOnScreen(holder, isWanted);
  const { data } = useQuery({ ...newestImageQuery(cameraId), enabled: isWanted && isOnScreen });
  const image = data?.image ?? null;
  const [loaded, setLoaded] = useState<{ readonly id: string; readonly source: string | null } | null>(null);
  const wanted = isOnScreen ? (image?.id ?? null) : null;
  useEffect(() => {
    if (wanted === null) return;
    const source = previewAddress(wanted, 'tile');
    const picture = new Image();
    picture.onload = () => setLoaded({ id: wanted, source });
    picture.onerror = () => setLoaded({ id: wanted, source: null });
    picture.src = source;
    return () => {
      picture.onload = null;
      picture.onerror = null;
      // Nobody waits for it any more: the server need not make it.
      picture.src = '';
    };
  }, [wanted]);
  return {
    holder,
    source: image === null ? null : (loaded?.source ?? null),
    takenAt: data === undefined ? undefined : (image?.takenAt ?? null),
    isBroken: image !== null && loaded?.id === image.id && loaded.source === null,
  };
}

function useOnScreen(holder: RefObject<HTMLDivElement | null>, isWanted: boolean): boolean {
  const [isOnScreen, setOnScreen] = useState(false);
  useEffect(() => {
    const element = holder.current;
    if (!isWanted || element === null) return;
    const observer = new IntersectionObserver((entries) =>
      setOnScreen(entries.at(-1)?.isIntersecting === true),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [holder, isWanted]);
  return isOnScreen;
}
