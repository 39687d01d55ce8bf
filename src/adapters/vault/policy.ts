// The policy that a process needs in Vault, as the documentation shows it and as a check asks for it.

import type { KeyNames } from './keys.ts';

export interface NeededRight {
  readonly path: string;
  readonly capability: 'read' | 'update';
  readonly why: string;
}

/** What a process does in the engine at `mount`; `epoch` stands for any. */
export function neededRights(mount: string, names: KeyNames, epoch: number): readonly NeededRight[] {
  const right = (path: string, capability: NeededRight['capability'], why: string): NeededRight => ({
    path: `${mount}/${path}`,
    capability,
    why,
  });
  return [
    right(`encrypt/${names.epoch(epoch)}`, 'update', 'wrap keys'),
    right(`decrypt/${names.epoch(epoch)}`, 'update', 'unwrap keys'),
    right(`sign/${names.signing}`, 'update', 'sign'),
    right(`keys/${names.epochs}`, 'read', 'know the current epoch'),
    right(`keys/${names.signing}`, 'read', 'know the public key'),
    right(`keys/${names.epochs}/rotate`, 'update', 'begin an epoch'),
    right(`keys/${names.epoch(epoch)}`, 'update', 'begin an epoch'),
    right(`keys/${names.epoch(epoch)}/rotate`, 'update', 'destroy an epoch'),
    right(`keys/${names.epoch(epoch)}/config`, 'update', 'destroy an epoch'),
    right(`keys/${names.epoch(epoch)}/trim`, 'update', 'destroy an epoch'),
  ];
}
