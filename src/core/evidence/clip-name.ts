// What the file of a clip is called: site, camera and local time, as any file system takes it.

import type { EpochMs } from '../brand.ts';

/** Longest name of a site or camera in it, in bytes: two of them, the time and a number stay below the 255 of a file name. */
const maxPartBytes = 100;

/**
 * "Shop Yard 2026-03-01 14-05-09.mp4": what a file system cannot take is left out. A masked clip says so in its name, so
 * that nobody takes it for the recording.
 */
export function clipName(
  site: { readonly name: string; readonly timeZone: string },
  camera: { readonly name: string },
  startAt: EpochMs,
  { isMasked }: { readonly isMasked: boolean } = { isMasked: false },
): string {
  const parts = [site.name, camera.name].map(plainPart).filter((part) => part !== '');
  const stamp = localStamp(startAt, site.timeZone);
  return `${[...parts, stamp, ...(isMasked ? ['masked'] : [])].join(' ')}.mp4`;
}

/**
 * RFC 6266: the name for every browser, and for those that know it the name as it is. Nothing of a name can end the
 * header or add to it.
 */
export function attachment(fileName: string): string {
  const ascii = fileName
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9 ._-]/g, '_');
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** "2026-03-01 14-05-09" where the site is; UTC where its time zone is not known. */
function localStamp(at: EpochMs, timeZone: string): string {
  const instant = Temporal.Instant.fromEpochMilliseconds(Math.round(at));
  return zoned(instant, timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'second' })
    .replace('T', ' ')
    .replaceAll(':', '-');
}

function zoned(instant: Temporal.Instant, timeZone: string): Temporal.ZonedDateTime {
  try {
    return instant.toZonedDateTimeISO(timeZone);
  } catch {
    return instant.toZonedDateTimeISO('UTC');
  }
}

function plainPart(text: string): string {
  const plain = text
    .toWellFormed()
    .replace(/[\p{C}\p{Zl}\p{Zp}\\/:*?"<>|]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  // Never half a character: what does not fit is left out as a whole.
  const { read } = new TextEncoder().encodeInto(plain, new Uint8Array(maxPartBytes));
  return plain.slice(0, read).replace(/^\.+|\.+$/g, '');
}
