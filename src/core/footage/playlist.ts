// HLS playlists (RFC 8216, and its second edition for blocking reloads) over encrypted CMAF fragments.

import type { PlayableFragment } from './footage.ts';
import { playsOn } from './footage.ts';

export interface PlaylistAddresses {
  init(sha256: string): string;
  key(recordingId: string): string;
  fragment(recordingId: string, index: number): string;
}

export interface PlaylistForm {
  /** `vod`: complete. `event`: grows at its end until it is complete. `live`: a window that slides. */
  readonly kind: 'vod' | 'event' | 'live';
  /** Numbers of the first fragment; they count on while a window slides. 0 for `vod` and `event`. */
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
}

/** A span that is over or only grows at its end starts counting at 0. */
export const fromStart = { mediaSequence: 0, discontinuitySequence: 0 } as const;

/**
 * The media playlist of `fragments` (by time). One address a fragment, because some players send a byte range
 * along when they fetch the key. Every fragment states its own key and initialisation vector; the header of the
 * next recording lies in the clear, so the key is put aside (METHOD=NONE) before it.
 */
export function mediaPlaylist(
  fragments: readonly PlayableFragment[],
  addresses: PlaylistAddresses,
  form: PlaylistForm,
): string {
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${targetDurationSeconds(fragments)}`,
    ...(form.kind === 'live' ? [] : [`#EXT-X-PLAYLIST-TYPE:${form.kind.toUpperCase()}`]),
    ...(form.kind === 'vod' ? [] : ['#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES']),
    `#EXT-X-MEDIA-SEQUENCE:${form.mediaSequence}`,
    ...(form.kind === 'live' ? [`#EXT-X-DISCONTINUITY-SEQUENCE:${form.discontinuitySequence}`] : []),
    '#EXT-X-INDEPENDENT-SEGMENTS',
  ];
  let previous: PlayableFragment | null = null;
  for (const fragment of fragments) {
    lines.push(...fragmentLines(fragment, previous, addresses));
    previous = fragment;
  }
  if (form.kind === 'vod') lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}

function fragmentLines(
  fragment: PlayableFragment,
  previous: PlayableFragment | null,
  addresses: PlaylistAddresses,
): string[] {
  const lines: string[] = [];
  const broken = previous !== null && !playsOn(previous, fragment);
  if (broken) lines.push('#EXT-X-DISCONTINUITY');
  if (previous?.init.sha256 !== fragment.init.sha256) {
    if (previous !== null) lines.push('#EXT-X-KEY:METHOD=NONE');
    lines.push(`#EXT-X-MAP:URI="${addresses.init(fragment.init.sha256)}"`);
  }
  const key = addresses.key(fragment.recordingId);
  lines.push(`#EXT-X-KEY:METHOD=AES-128,URI="${key}",IV=${initialisationVector(fragment.index)}`);
  if (broken || previous?.recordingId !== fragment.recordingId) {
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(Math.round(fragment.startAt)).toISOString()}`);
  }
  lines.push(`#EXTINF:${(fragment.durationMs / 1000).toFixed(5)},`);
  lines.push(addresses.fragment(fragment.recordingId, fragment.index));
  return lines;
}

/** The fragment's number in its recording, as the 128 bits of an AES-CBC initialisation vector. */
function initialisationVector(index: number): string {
  return `0x${index.toString(16).padStart(32, '0')}`;
}

// RFC 8216 §4.3.3.1: every EXTINF, rounded to the nearest integer, is at most the target duration.
function targetDurationSeconds(fragments: readonly PlayableFragment[]): number {
  return fragments.reduce((most, { durationMs }) => Math.max(most, Math.round(durationMs / 1000)), 1);
}
