// Turns at dear work: each network has a few at a time, so that no flood takes the turns of others.

import { VedetteError } from '../core/errors.ts';
import { networkOf } from './network.ts';

export interface TurnLimits {
  readonly atOncePerNetwork: number;
  readonly waitingPerNetwork: number;
}

/** Does work for an address when its network has its turn. Errors: `too-many-requests`, those of the work. */
export type Turns = <T>(peerAddress: string, work: () => Promise<T>) => Promise<T>;

interface Line {
  running: number;
  readonly waiting: (() => void)[];
}

/** First come, first served within a network; networks do not wait for each other. Forgets who has nothing to do. */
export function turns({ atOncePerNetwork, waitingPerNetwork }: TurnLimits): Turns {
  const lines = new Map<string, Line>();
  return async (peerAddress, work) => {
    const network = networkOf(peerAddress);
    const line = lines.get(network) ?? { running: 0, waiting: [] };
    lines.set(network, line);
    if (line.running < atOncePerNetwork) line.running += 1;
    else if (line.waiting.length < waitingPerNetwork) {
      await new Promise<void>((resolve) => line.waiting.push(resolve));
    } else throw busy();
    try {
      return await work();
    } finally {
      const next = line.waiting.shift();
      if (next === undefined) line.running -= 1;
      else next();
      if (line.running === 0) lines.delete(network);
    }
  };
}

function busy(): VedetteError {
  return new VedetteError(
    'too-many-requests',
    'Many people sign in from your network. Try again in a moment.',
    {
      retryAfterMs: 1_000,
    },
  );
}
