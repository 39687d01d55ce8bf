// The role `record`: the cameras of this process, what they see, and their open footage for the others.

import { hostname } from 'node:os';
import { join } from 'node:path';
import { type FootagePeer, openFootagePeer } from '../../adapters/peer/server.ts';
import { peerOpenFootage } from '../../adapters/peer/open-footage.ts';
import type { CameraId } from '../../core/brand.ts';
import type { Detector } from '../../core/ports/detector.ts';
import type { OpenFootage } from '../../core/ports/open-footage.ts';
import { secret } from '../../core/secret.ts';
import { sharedClaims } from '../../recorder/camera/claims.ts';
import { openJudge } from '../judge.ts';
import type { LateCut } from '../late-cut.ts';
import type { Settings } from '../settings.ts';
import { gapFigures, readRecorder } from './figures.ts';
import { openEyes } from './eyes.ts';
import type { House } from './house.ts';

export interface Recording extends AsyncDisposable {
  readonly openFootage: OpenFootage;
  /** The detector of the cameras, for others in this process. */
  readonly detectorReady: Promise<Detector>;
}

/** Records and judges what is seen. `late` cuts here from now on. */
export async function openRecording(
  house: House,
  settings: Settings,
  { late, makeRoom }: { readonly late: LateCut; readonly makeRoom: () => Promise<boolean> },
): Promise<Recording> {
  await using opening = new AsyncDisposableStack();
  const { shared } = house;
  const judge = openJudge(house, late.cut);
  opening.defer(() => judge.settled());
  let peer: FootagePeer | null = null;
  const eyes = await openEyes(house, settings, {
    pace: 'real',
    modelFolder: join(house.folder, 'models'),
    makeRoom,
    onSighting: judge.see,
    onGrown: (cameraId) => peer?.announce(cameraId),
    onGap: gapFigures(house.metrics),
    ...(shared === null
      ? {}
      : {
          claims: sharedClaims(house, {
            recorderId: shared.recorderId,
            maxCameras: settings.VEDETTE_MAX_CAMERAS,
          }),
        }),
  });
  opening.defer(() => eyes.stop());
  readRecorder(house.metrics, eyes.recorder, house.folder);
  // Other recorders have cameras, too: whoever records one hears that it is to be cut, this process among them.
  late.begin(shared === null ? eyes.recorder : { cut: cutElsewhere(house) });
  if (shared !== null) {
    peer = await openFootagePeer(
      { ...house, openFootage: eyes.recorder.openFootage, secret: await peerSecret(house) },
      peerPlace(settings),
    );
    opening.defer(() => peer?.stop());
    opening.defer(
      house.events.subscribe((event) => {
        if (event.type === 'cut-asked') eyes.recorder.cut(event.cameraId);
      }),
    );
  }
  const running = opening.move();
  return {
    openFootage: eyes.recorder.openFootage,
    detectorReady: eyes.detectorReady,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The open footage of recorders in other processes. */
export async function openFootageElsewhere(house: House): Promise<OpenFootage> {
  return peerOpenFootage({ ...house, secret: await peerSecret(house) });
}

/** Asks whoever records the camera to seal what is open. */
export function cutElsewhere(house: House): (cameraId: CameraId) => void {
  const { records, events, log } = house;
  async function ask(cameraId: CameraId): Promise<void> {
    const place = await records.cameras.place(cameraId);
    if (place === null) return;
    events.publish({ type: 'cut-asked', organizationId: place.organizationId, cameraId });
  }
  return (cameraId) =>
    void ask(cameraId).catch((error: unknown) =>
      log.warn('A recording could not be cut; it is sealed within a minute', { cameraId, error }),
    );
}

/** Deterministic by RFC 8032, so every process that has the keys knows it, and nobody else. */
async function peerSecret({ keys }: House) {
  const signed = await keys.sign(new TextEncoder().encode('vedette calls between processes'));
  return secret(signed.toHex());
}

function peerPlace(settings: Settings) {
  const { VEDETTE_PEER_HOST: host, VEDETTE_PEER_PORT: port, VEDETTE_PEER_URL: url } = settings;
  const isEverywhere = host === '0.0.0.0' || host === '::';
  // Listening everywhere is no address to call: the name of the machine is, where a cluster resolves it.
  const told = isEverywhere ? { toldHost: hostname() } : {};
  return { host, port, ...told, ...(url === undefined ? {} : { publicUrl: url }) };
}
