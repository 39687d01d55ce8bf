// Stepping through images: which one is shown, and where the keys lead.

export interface Shown {
  readonly id: string;
  readonly at: number;
}

/** The image that was there at a moment: the newest not after it, or the first. Null where there is none. */
export function imageAt<T extends Shown>(images: readonly T[], at: number): T | null {
  return images.findLast((image) => image.at <= at) ?? images[0] ?? null;
}

/** The next image in a direction; the same one at either end. */
export function neighbour<T extends Shown>(images: readonly T[], id: string, step: -1 | 1): T | null {
  const index = images.findIndex((image) => image.id === id);
  if (index < 0) return images.at(-1) ?? null;
  return images[index + step] ?? images[index] ?? null;
}

/** What a key asks for; null where it is none of ours. */
export function keyed<T extends Shown>(images: readonly T[], id: string, key: string): T | null {
  if (key === 'ArrowLeft') return neighbour(images, id, -1);
  if (key === 'ArrowRight') return neighbour(images, id, 1);
  if (key === 'Home') return images[0] ?? null;
  return key === 'End' ? (images.at(-1) ?? null) : null;
}
