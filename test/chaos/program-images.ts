// Images that are pushed at the program while it is killed, each under a key until it is taken, and what became of them.

import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { CameraImages, PushedReceipt } from '../../src/http/contract/images.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { segment, smallJpeg } from '../houses/stills.ts';
import { type Client, eventually, signIn } from '../servers/vedette.ts';

/** Pause of an integrator before it sends an image again, in ms. */
const againMs = 150;
/** An integrator that is not answered in this time sends again, in ms. */
const patienceMs = 5_000;
const cameraName = 'Gate';

/** Whom the integrator pushes as. */
export interface Integrator {
  readonly siteId: string;
  readonly key: string;
}

export interface TakenImage {
  readonly id: string;
  /** How often it was sent, the last time included. */
  readonly times: number;
}

export interface ImageJudgement {
  /** Images that were answered with 202. */
  readonly images: number;
  /** Of these, sent more than once until they were. */
  readonly pushedAgain: number;
  /** Accepted images that are not stored, were put aside, or that no detector has looked at. */
  readonly lostImages: readonly string[];
  /** Stored images beyond one for each key. */
  readonly doubledImages: readonly string[];
}

const Row = z.object({ id: z.string(), name: z.string().optional() });
const Key = z.object({ key: z.string() });

/** An access key, made by the administrator of the program that runs. */
export async function hireIntegrator(url: string, siteId: string): Promise<Integrator> {
  const client = await signIn(url);
  const form = { name: 'Gate', permissions: ['push-images'], siteIds: [siteId], lifeDays: 1 };
  const { key } = Key.parse((await client.call('POST', paths.accessKeys, form)).body);
  return { siteId, key };
}

/** Sends an image under one Idempotency-Key until it is taken, or refused for good (throws). */
export async function pushUntilTaken(given: {
  readonly url: string;
  readonly integrator: Integrator;
  readonly name: string;
  readonly taken: TakenImage[];
  readonly signal: AbortSignal;
}): Promise<void> {
  const { taken, signal } = given;
  for (let times = 1; !signal.aborted; times += 1) {
    const response = await push(given).catch(() => null);
    if (response?.status === 202) {
      taken.push({ id: PushedReceipt.parse(response.body).id, times });
      return;
    }
    if (response !== null && response.status !== 429 && response.status < 500) {
      throw new Error(`An image was refused: ${JSON.stringify(response)}`);
    }
    await pause(againMs);
  }
}

async function push({
  url,
  integrator: { key, siteId },
  name,
}: {
  readonly url: string;
  readonly integrator: Integrator;
  readonly name: string;
}): Promise<{ status: number; body: unknown }> {
  const path = `${paths.images}?siteId=${siteId}&camera=${cameraName}`;
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    // Each is another image: what it is called is written in it.
    body: smallJpeg([segment(0xfe, new TextEncoder().encode(name))]),
    headers: { authorization: `Bearer ${key}`, 'content-type': 'image/jpeg', 'idempotency-key': name },
    signal: AbortSignal.timeout(patienceMs),
  });
  return { status: response.status, body: await response.json() };
}

/** Waits until what was taken is stored and looked at, or `withinMs` are over; then judges what is there. */
export async function judgeImages(
  url: string,
  taken: readonly TakenImage[],
  withinMs: number,
): Promise<ImageJudgement> {
  const client = await signIn(url);
  const accepted = new Set(taken.map(({ id }) => id));
  const isDone = async () => {
    const images = await imagesOf(client);
    return images.length >= accepted.size && images.every(({ look }) => look === 'done') ? true : null;
  };
  await eventually('every image is stored and looked at', withinMs, isDone).catch(() => {});
  const images = await imagesOf(client);
  const looked = new Set(images.filter(({ look }) => look === 'done').map(({ id }) => id));
  return {
    images: taken.length,
    pushedAgain: taken.filter(({ times }) => times > 1).length,
    lostImages: [...accepted.difference(looked)],
    // Each was sent under a key of its own: two answers with one id are one image for two keys.
    doubledImages: [
      ...images.filter(({ id }) => !accepted.has(id)).map(({ id }) => id),
      ...taken.filter(({ id }, index) => taken.findIndex((one) => one.id === id) < index).map(({ id }) => id),
    ],
  };
}

/** All that are stored; 2 000 are in one answer at most. */
async function imagesOf(client: Client): Promise<CameraImages['images']> {
  const cameras = z.array(Row).parse((await client.call('GET', paths.cameras)).body);
  const gate = cameras.find(({ name }) => name === cameraName);
  if (gate === undefined) return [];
  const now = Date.now();
  const span = `?from=${now - 2 * 3_600_000}&to=${now + 60_000}`;
  const { images, isWhole } = CameraImages.parse(
    (await client.call('GET', paths.cameraImages(gate.id) + span)).body,
  );
  if (!isWhole) throw new Error('More images were pushed than one answer has.');
  return images;
}
