// Open footage of recorders in other processes: asked for where the cache says it is.

import type { CameraId, RecordingId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { OpenFootage, OpenRecording } from '../../core/ports/open-footage.ts';
import type { Secret } from '../../core/secret.ts';
import { answerOf, atHeader, signatureHeader, signedHeaders, skewSentence, toldSkewMs } from './signature.ts';
import { sparingly } from './sparingly.ts';
import { cameraPlaceKey, growthHeader, peerPaths, readRecordings, recordingPlaceKey } from './wire.ts';

/** A recorder in the same cluster answers in milliseconds; one that hangs must not hold up a page. */
const answerTimeoutMs = 3_000;
/** Longer than the other side has somebody wait. */
const grownTimeoutMs = 20_000;
/** After a failure a page that follows a camera asks again in this time. */
const retryMs = 1_000;
/** Cameras of which it is known how much was seen; the one watched longest ago is forgotten first. */
const maxRemembered = 10_000;
/** Largest answer: a fragment of ten seconds at 50 Mbit/s. */
const maxAnswerBytes = 64 * 1024 * 1024;

interface Answer {
  readonly bytes: Uint8Array;
  readonly growth: string | null;
}

export interface PeerFootageDeps {
  readonly cache: Cache;
  readonly clock: Clock;
  readonly log: Log;
  readonly secret: Secret;
}

/**
 * What the recorders of this installation have open. Where one does not answer, nothing is open: what it sealed is in
 * the records, and the camera's status says the rest.
 */
export function peerOpenFootage(deps: PeerFootageDeps): OpenFootage {
  const { cache, clock, log } = deps;
  const seenGrowth = new Map<string, string>();
  const skewed = sparingly(clock, (calls, base: string, aheadMs: number) =>
    log.warn(skewSentence(base, aheadMs), { aheadMs, calls }),
  );
  const unanswered = sparingly(clock, (calls, error: unknown) =>
    log.warn('A recorder could not be asked for its open footage', { error, calls }),
  );

  async function placeOf(key: string): Promise<string | null> {
    const place = await cache.get(key);
    return place === null ? null : new TextDecoder().decode(place);
  }

  async function ask(base: string, path: string, signal: AbortSignal): Promise<Answer | null> {
    const headers = signedHeaders(deps, path);
    const response = await fetch(base + path, { headers, redirect: 'error', signal });
    if (response.status === 404) {
      await response.body?.cancel();
      return null;
    }
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    if (!(length <= maxAnswerBytes)) {
      await response.body?.cancel();
      throw new Error('The recorder answered with more than fits.');
    }
    const bytes = await response.bytes();
    const growth = response.headers.get(growthHeader);
    const { status } = response;
    const answered = { call: { at: headers[atHeader], path }, status, growth, body: bytes };
    const at = response.headers.get(atHeader) ?? undefined;
    const signature = response.headers.get(signatureHeader) ?? undefined;
    const answer = answerOf(deps, answered, { at, signature });
    if (answer !== null && Math.abs(answer.aheadMs) > toldSkewMs) skewed(base, answer.aheadMs);
    if (!response.ok) throw new Error(`The recorder answered ${status}.`);
    if (answer === null) throw new Error('The answer is not signed by a recorder of this installation.');
    return { bytes, growth };
  }

  async function recordings(key: string, path: string): Promise<readonly OpenRecording[]> {
    try {
      const base = await placeOf(key);
      if (base === null) return [];
      const answer = await ask(base, path, AbortSignal.timeout(answerTimeoutMs));
      if (answer === null) return [];
      if (answer.growth !== null) remember(key, answer.growth);
      return readRecordings(new TextDecoder().decode(answer.bytes));
    } catch (error) {
      unanswered(error);
      return [];
    }
  }

  function remember(key: string, growth: string): void {
    seenGrowth.delete(key);
    seenGrowth.set(key, growth);
    const [oldest] = seenGrowth.keys();
    if (seenGrowth.size > maxRemembered && oldest !== undefined) seenGrowth.delete(oldest);
  }

  return {
    of: (cameraId: CameraId) => recordings(cameraPlaceKey(cameraId), peerPaths.camera(cameraId)),
    async find(id: RecordingId) {
      return (await recordings(recordingPlaceKey(id), peerPaths.recording(id)))[0] ?? null;
    },
    async read(id, index) {
      const base = await placeOf(recordingPlaceKey(id));
      const signal = AbortSignal.timeout(answerTimeoutMs);
      try {
        const answer = base === null ? null : await ask(base, peerPaths.fragment(id, index), signal);
        if (answer !== null) return answer.bytes;
      } catch (cause) {
        // Whoever asks looks among what is sealed, where it may be by now.
        throw new VedetteError('not-found', undefined, { cause });
      }
      throw new VedetteError('not-found');
    },
    async grown(cameraId, signal) {
      if (signal.aborted) return;
      const either = AbortSignal.any([signal, AbortSignal.timeout(grownTimeoutMs)]);
      try {
        const key = cameraPlaceKey(cameraId);
        const base = await placeOf(key);
        if (base !== null) {
          const seen = seenGrowth.get(key);
          const after = seen === undefined ? '' : `?after=${seen}`;
          const answer = await ask(base, peerPaths.grown(cameraId) + after, either);
          if (answer?.growth != null) remember(key, answer.growth);
          return;
        }
      } catch (error) {
        if (signal.aborted) return;
        log.debug('A recorder could not be waited for', { cameraId, error });
      }
      await clock.sleep(retryMs, signal).catch(() => {});
    },
  };
}
