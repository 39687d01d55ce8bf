// A camera's status as a colour and a sentence.

import type { Camera, CameraStatus } from '../../src/http/contract/cameras.ts';
import { ago, bitRate, clockSeconds, duration, momentInside } from '../ui/words.ts';

/** The status itself is told every few seconds, so a smaller age says nothing, in ms. */
const freshMs = 15_000;

export type Tone = 'good' | 'busy' | 'bad' | 'off';

/** Without a new fragment for so long, "recording" is no longer believed, in ms: three fragments of the longest GOP. */
const frozenMs = 30_000;

/** The dot's colour and the words beside it. */
export function statusWords(status: CameraStatus, now: number): { tone: Tone; words: string } {
  switch (status.state) {
    case 'recording':
      if (isFrozen(status, now)) {
        return { tone: 'bad', words: `No picture for ${duration(now - (status.lastFragmentAt ?? now))}` };
      }
      return { tone: 'good', words: 'Recording' };
    case 'receiving':
      return { tone: 'good', words: 'Receives images' };
    case 'starting':
      return { tone: 'busy', words: 'Starting' };
    case 'offline':
      return { tone: 'bad', words: isWithoutRecorder(status) ? 'Nothing is recorded' : 'Offline' };
    case 'ended':
      return { tone: 'off', words: 'Played to its end' };
    case 'disabled':
      return { tone: 'off', words: 'Switched off' };
  }
}

function isFrozen({ state, lastFragmentAt }: CameraStatus, now: number): boolean {
  return state === 'recording' && lastFragmentAt !== null && now - lastFragmentAt > frozenMs;
}

/** Whether it has no picture because no process records: the camera is not to blame. */
export function isWithoutRecorder({ problem }: CameraStatus): boolean {
  return problem?.code === 'recorder-missing';
}

/** The server keeps a camera's newest picture for so long after it came, in ms. */
const pictureKeptMs = 110_000;

/** Whether the server still has the newest picture of a camera, wherever that stands now. */
export function hasNewestPicture({ lastFragmentAt }: CameraStatus, now: number): boolean {
  return lastFragmentAt !== null && now - lastFragmentAt < pictureKeptMs;
}

/** Why there is no live picture, since when, and where to look instead; null while there is one. */
export function absenceWords(
  status: CameraStatus,
  zone: string,
  now: number,
): { title: string; detail: string } | null {
  const newest = status.lastFragmentAt;
  const shown =
    newest === null
      ? 'No picture has come since Vedette was started.'
      : `Its last picture came at ${clockSeconds(newest, zone)}. The time line has what was recorded.`;
  const since = momentInside(status.since, zone, now);
  switch (status.state) {
    case 'recording':
      return isFrozen(status, now) ? { title: 'No picture comes just now', detail: shown } : null;
    case 'receiving':
      return null;
    case 'starting':
      return { title: 'Connecting to the camera…', detail: newest === null ? '' : shown };
    case 'offline':
      return {
        title: isWithoutRecorder(status) ? 'Nothing is recorded' : `Offline since ${since}`,
        detail: shown,
      };
    case 'ended':
      return { title: `Played to its end ${since}`, detail: 'The time line has what was recorded.' };
    case 'disabled':
      return { title: `Switched off since ${since}`, detail: 'Its footage stays until it expires.' };
  }
}

/** Why there is no picture and what happens next, or null while all is well. */
export function problemSentence(status: CameraStatus, now: number): string | null {
  if (status.problem === null) return null;
  const { detail, nextTryAt } = status.problem;
  if (nextTryAt === null) return detail;
  const waitMs = nextTryAt - now;
  return `${detail} ${waitMs < 1000 ? 'Trying again now.' : `Next try in ${duration(waitMs)}.`}`;
}

/** What happened although the camera records, and when, or null. */
export function noticeSentence({ notice }: CameraStatus, now: number): string | null {
  return notice === null ? null : `${notice.detail} (${ago(notice.since, now)})`;
}

/** "1920 × 1080 · H.264 · 25 fps", or null before the stream is known. */
export function pictureWords(status: CameraStatus, now: number): string | null {
  if (status.picture === null) return null;
  const { width, height, codec } = status.picture;
  const parts = [`${width} × ${height}`, codecWords(codec)];
  if (isRunning(status, now) && status.framesPerSecond > 0) parts.push(frameRate(status));
  return parts.join(' · ');
}

/** The rows of the details panel. */
export function statusDetails(status: CameraStatus, now: number): { term: string; value: string }[] {
  const rows = [{ term: 'State', value: stateWords(status, now) }];
  if (status.picture !== null) {
    rows.push({ term: 'Resolution', value: `${status.picture.width} × ${status.picture.height}` });
    rows.push({ term: 'Codec', value: codecWords(status.picture.codec) });
  }
  if (isRunning(status, now) && status.framesPerSecond > 0) {
    rows.push({ term: 'Frame rate', value: frameRate(status) });
  }
  if (isRunning(status, now) && status.bitsPerSecond > 0) {
    rows.push({ term: 'Bit rate', value: bitRate(status.bitsPerSecond) });
  }
  if (status.lastFragmentAt !== null) {
    const last = now - status.lastFragmentAt < freshMs ? 'just now' : ago(status.lastFragmentAt, now);
    rows.push({ term: 'Last stored', value: last });
  }
  if (isRunning(status, now) || status.detection === 'unavailable') {
    rows.push({ term: 'Detection', value: detectionWords[status.detection] });
  }
  return rows;
}

/** "Recording, 1 h": since when, unless the words say that themselves. */
function stateWords(status: CameraStatus, now: number): string {
  const { words } = statusWords(status, now);
  if (isFrozen(status, now) || now - status.since < 5000) return words;
  return `${words}, ${ago(status.since, now).replace(' ago', '')}`;
}

/** Of a stream that stopped, figures are memories. */
function isRunning(status: CameraStatus, now: number): boolean {
  return (status.state === 'recording' && !isFrozen(status, now)) || status.state === 'starting';
}

export function sourceWords(source: Camera['source']): string {
  switch (source.kind) {
    case 'demo':
      return 'Demo camera';
    case 'pushed':
      return 'Images that are pushed';
    case 'file':
      return source.loop ? `${source.path}, again and again` : source.path;
    case 'rtsp':
      return source.url;
  }
}

const detectionWords = {
  running: 'Watching',
  waiting: 'Waiting for pictures',
  unavailable: 'Not available',
} as const satisfies Record<CameraStatus['detection'], string>;

function frameRate({ framesPerSecond }: CameraStatus): string {
  return `${framesPerSecond < 3 ? framesPerSecond.toFixed(1) : Math.round(framesPerSecond)} fps`;
}

/** "avc1.640028" (RFC 6381) or a plain name as people call it. */
function codecWords(codec: string): string {
  if (/^(avc1|avc3|h\.?264)/i.test(codec)) return 'H.264';
  if (/^(hvc1|hev1|h\.?265|hevc)/i.test(codec)) return 'H.265';
  if (/^av01/i.test(codec)) return 'AV1';
  return codec;
}
