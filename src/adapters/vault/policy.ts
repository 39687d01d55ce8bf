// The policy that a process needs in Vault, as the documentation shows it and as a check asks for it.

import type { KeyNames } from './keys.ts';

export interface NeededRight {
  readonly path: string;
  readonly capability: 'read' | 'update';
  /** The rule of the documented policy that gives it. */
  readonly rule: string;
  /** What cannot be done without it. */
  readonly why: string;
  /** `always`: nothing is recorded or played without it. `first`: to make the keys. `later`: to turn and destroy epochs. */
  readonly when: 'always' | 'first' | 'later';
}

/** What a process does in the engine at `mount`; `epoch` stands for any. */
export function neededRights(mount: string, names: KeyNames, epoch: number): readonly NeededRight[] {
  const every = names.epoch(epoch).replace(/\d+$/, '*');
  const rule = (path: string, capabilities: string) =>
    `path "${mount}/${path}" { capabilities = [${capabilities}] }`;
  const using = (verb: string, name: string, pattern: string, why: string): NeededRight => ({
    ...{ path: `${mount}/${verb}/${name}`, capability: 'update', why, when: 'always' },
    rule: rule(`${verb}/${pattern}`, '"update"'),
  });
  const keeping = (
    path: string,
    capability: NeededRight['capability'],
    when: NeededRight['when'],
    why: string,
  ): NeededRight => ({
    ...{ path: `${mount}/keys/${path}`, capability, why, when },
    rule: rule(`keys/${names.epochs.replace(/epochs$/, '*')}`, '"create", "read", "update"'),
  });
  const current = names.epoch(epoch);
  return [
    using('encrypt', current, every, 'wrap keys'),
    using('decrypt', current, every, 'unwrap keys'),
    using('sign', names.signing, names.signing, 'sign'),
    keeping(names.epochs, 'read', 'always', 'know the current epoch'),
    keeping(names.signing, 'read', 'always', 'know the public key'),
    keeping(names.epochs, 'update', 'first', 'make its keys'),
    keeping(names.signing, 'update', 'first', 'make its keys'),
    keeping(current, 'update', 'first', 'make its keys'),
    keeping(`${names.epochs}/rotate`, 'update', 'later', 'begin an epoch'),
    keeping(`${current}/rotate`, 'update', 'later', 'destroy an epoch'),
    keeping(`${current}/config`, 'update', 'later', 'destroy an epoch'),
    keeping(`${current}/trim`, 'update', 'later', 'destroy an epoch'),
  ];
}
