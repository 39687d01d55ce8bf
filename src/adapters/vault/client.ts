// Vault as the keys want it: a path and a body in, its data out, everything else an error in words.

import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { VaultAddress } from './address.ts';
import { type VaultAnswer, type VaultRequest, vaultHttp } from './http.ts';
import { vaultSender } from './sender.ts';
import { vaultToken } from './token.ts';

export interface VaultClient {
  /** Any answer that is about the request. Errors: `key-unavailable` (Vault is away, sealed, or lets nobody in). */
  ask(request: Omit<VaultRequest, 'token'>): Promise<VaultAnswer>;
  /** Ends renewals and connections. */
  close(): void;
}

export function vaultClient(
  address: VaultAddress,
  deps: { readonly clock: Clock; readonly log: Log },
): VaultClient {
  const closing = new AbortController();
  const { signal } = closing;
  const http = vaultHttp(address);
  const sender = vaultSender({ ...deps, http, origin: address.origin, signal });
  const tokens = vaultToken({ ...deps, sender, signIn: address.signIn, signal });
  return {
    async ask(request) {
      const token = await tokens.token();
      const answer = await sender.send({ ...request, token });
      if (answer.status !== 403 || !(await tokens.replaced(token))) return answer;
      return sender.send({ ...request, token: await tokens.token() });
    },
    close() {
      closing.abort();
      http.close();
    },
  };
}
