// Which hosts and files may be opened: the policy, asked of what a name or a link really leads to.

import { lookup } from 'node:dns';
import { realpath } from 'node:fs/promises';
import type { LookupFunction } from 'node:net';
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

/**
 * The path to open instead of `path`: where it leads through links, so that what is opened is what was checked. Errors:
 * `source-refused`. A file that is not there is for the opening to tell.
 */
export async function permittedFile(policy: CameraPolicy, path: string): Promise<string> {
  if (policy.fileFolders === null) return path;
  requireFile(policy, path);
  const resolved = (one: string) => realpath(one).catch(() => one);
  const file = await resolved(path);
  requireFile({ ...policy, fileFolders: await Promise.all(policy.fileFolders.map(resolved)) }, file);
  return file;
}

function refusalOf(policy: CameraPolicy, address: string): Error {
  try {
    requireHost(policy, address);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  return new Error('There is no address of this name.');
}
