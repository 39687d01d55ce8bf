// Where a camera's pictures may come from: a camera must not become a way to reach what only this machine can reach.

import { VedetteError } from '../errors.ts';
import { standingOf } from '../host-standing.ts';

export interface CameraPolicy {
  /** Whether cameras may be in a private network, where nearly all of them are: not where strangers add them. */
  readonly allowPrivate: boolean;
  /** Whether cameras may be on this machine: restreamers and recorders often run beside Vedette. */
  readonly allowLoopback: boolean;
  /** Absolute folders that video files may be read from; null leaves it to the rights of the process. */
  readonly fileFolders: readonly string[] | null;
}

/** What an installation allows that says nothing else: a person in the house owns the machine. */
export const homePolicy: CameraPolicy = { allowPrivate: true, allowLoopback: true, fileFolders: null };

/**
 * Why a host may not be a camera, in a sentence; null where it may. `host` is a name or an address in any notation:
 * ask again for every address that a name leads to.
 */
export function hostRefusal({ allowPrivate, allowLoopback }: CameraPolicy, host: string): string | null {
  const standing = standingOf(host);
  if (standing === 'never') {
    return `${host} is not the address of a camera: it is link-local, multicast, translated, or belongs to the machine's cloud. Give the camera an address of its network.`;
  }
  if (standing === 'loopback' && !allowLoopback) {
    return `${host} is the machine that runs Vedette. Use another host, or set VEDETTE_ALLOW_LOOPBACK_CAMERAS=true.`;
  }
  if (standing === 'private' && !allowPrivate) {
    return `${host} is in a private network, where this installation has no cameras. Use a public address, or have whoever runs Vedette set VEDETTE_ALLOW_PRIVATE_CAMERAS=true.`;
  }
  return null;
}

/** Errors: `source-refused`. */
export function requireHost(policy: CameraPolicy, host: string, field?: string): void {
  refuse(hostRefusal(policy, host), field);
}

/**
 * Stops paths outside of the allowed folders, as they are written; links are for who opens the file to follow and
 * to ask again. Errors: `source-refused`.
 */
export function requireFile({ fileFolders }: CameraPolicy, path: string, field?: string): void {
  if (fileFolders === null) return;
  const isBelow = fileFolders.some((folder) => path.startsWith(`${folder.replace(/[\\/]+$/, '')}/`));
  if (isBelow && !path.split(/[\\/]/).includes('..')) return;
  refuse(
    'The file lies outside of the folders that videos may be read from. See VEDETTE_CAMERA_FILE_FOLDERS.',
    field,
  );
}

function refuse(sentence: string | null, field?: string): void {
  if (sentence === null) return;
  const fields = field === undefined ? {} : { fields: { [field]: sentence } };
  throw new VedetteError('source-refused', sentence, fields);
}
