// Which hosts and files may be opened: the policy, asked of what a name or a link really leads to.

import { lookup } from 'node:dns';
import { realpath } from 'node:fs/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { MediaLocation } from '../../core/ports/media.ts';
import { type CameraPolicy, hostRefusal, requireFile, requireHost } from '../../core/site/camera-policy.ts';

/** Looks names up and gives only addresses that may be connected to. Errors: `source-refused` where none may. */
export function permittedLookup(policy: CameraPolicy): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '', 0);
      const permitted = found.filter(({ address }) => hostRefusal(policy, address) === null);
      const [first] = permitted;
      if (first === undefined) return callback(refusalOf(policy, found[0]?.address ?? hostname), '', 0);
      if (options.all === true) return callback(null, permitted);
      callback(null, first.address, first.family);
    });
  };
}

/** The location with an address that was checked in the place of its name. Errors: `source-refused`, those of DNS. */
export async function pinned<L extends Extract<MediaLocation, { kind: 'rtsp' }>>(
  location: L,
  policy: CameraPolicy,
): Promise<L> {
  const url = new URL(location.url);
  requireHost(policy, url.hostname);
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) return location;
  const address = await new Promise<string>((resolve, reject) => {
    permittedLookup(policy)(url.hostname, { all: false }, (error, found) =>
      error === null && typeof found === 'string' ? resolve(found) : reject(error),
    );
  });
  url.hostname = address.includes(':') ? `[${address}]` : address;
  return { ...location, url: url.href };
}

/** Errors: `source-refused`. A file that is not there is for the opening to tell. */
export async function checkFile(policy: CameraPolicy, path: string): Promise<void> {
  if (policy.fileFolders === null) return;
  requireFile(policy, path);
  const [file, ...fileFolders] = await Promise.all(
    [path, ...policy.fileFolders].map((one) => realpath(one).catch(() => one)),
  );
  requireFile({ ...policy, fileFolders }, file ?? path);
}

function refusalOf(policy: CameraPolicy, address: string): Error {
  try {
    requireHost(policy, address);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  return new Error('There is no address of this name.');
}
