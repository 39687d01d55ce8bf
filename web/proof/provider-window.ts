// The window in which a provider proves who one is. It stays a stranger to this page; they speak over a channel.

import { z } from 'zod';
import { paths } from '../../src/http/contract/paths.ts';
import { ApiError, request } from '../app/api.ts';
import { returning } from '../session/queries.ts';

export const proofChannel = 'vedette-proof';

/** What the page at the end says: null, or why it did not work. */
const Outcome = z.object({ problem: z.string().nullable() });

const Begun = z.object({ url: z.string() });

/**
 * Opens the provider's page in a window and waits until it leads back. To be called by a press of a button: browsers
 * open no windows otherwise. Errors: `ApiError`, also where the window is blocked.
 */
export async function proveByProvider(signal: AbortSignal): Promise<void> {
  const opened = window.open('about:blank', '_blank', 'popup,width=520,height=720');
  if (opened === null)
    throw failed('The browser blocked the window. Allow windows for this page, and try again.');
  try {
    const { url } = await request(Begun, returning(paths.singleSignOnProof, '/proven'), {
      method: 'POST',
      signal,
    });
    opened.location.href = url;
  } catch (error) {
    opened.close();
    throw error;
  }
  const problem = await outcome(signal);
  if (problem !== null) throw failed(problem);
}

function outcome(signal: AbortSignal): Promise<string | null> {
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  const channel = new BroadcastChannel(proofChannel);
  channel.addEventListener('message', (event) => {
    const told = Outcome.safeParse(event.data);
    if (told.success) resolve(told.data.problem);
  });
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise.finally(() => channel.close());
}

function failed(detail: string): ApiError {
  return new ApiError({ code: 'provider-failed', status: 0, detail });
}
