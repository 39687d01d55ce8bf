// Room for bytes: what is large waits until what came before it is done, so that many at once do not fill the memory.

export interface Room {
  /**
   * Waits for room for so many bytes, first come, first served, and returns how to give it back. What is larger than all
   * the room is let in alone. Who `jumpsQueue` goes before all who wait: for those who are few, and cannot wait for many.
   * Errors: the reason of `signal`.
   */
  take(bytes: number, signal: AbortSignal, jumpsQueue?: boolean): Promise<() => void>;
}

interface Waiting {
  readonly bytes: number;
  readonly letIn: () => void;
}

export function room(maxBytes: number): Room {
  let free = maxBytes;
  const waiting: Waiting[] = [];

  function letIn(): void {
    for (let first = waiting[0]; first !== undefined && first.bytes <= free; first = waiting[0]) {
      waiting.shift();
      free -= first.bytes;
      first.letIn();
    }
  }

  function giverBack(bytes: number): () => void {
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      free += bytes;
      letIn();
    };
  }

  return {
    async take(wanted, signal, jumpsQueue = false) {
      signal.throwIfAborted();
      const bytes = Math.min(wanted, maxBytes);
      const turn = Promise.withResolvers<() => void>();
      const own: Waiting = {
        bytes,
        letIn() {
          signal.removeEventListener('abort', giveUp);
          turn.resolve(giverBack(bytes));
        },
      };
      function giveUp(): void {
        waiting.splice(waiting.indexOf(own), 1);
        turn.reject(signal.reason);
        // Those behind may fit.
        letIn();
      }
      signal.addEventListener('abort', giveUp, { once: true });
      if (jumpsQueue) waiting.unshift(own);
      else waiting.push(own);
      letIn();
      return turn.promise;
    },
  };
}

/** Works in room for so many bytes, and gives it back. Errors: those of `work`, and the reason of `signal`. */
export async function within<T>(
  room: Room,
  {
    bytes,
    signal,
    jumpsQueue = false,
  }: { readonly bytes: number; readonly signal: AbortSignal; readonly jumpsQueue?: boolean },
  work: () => Promise<T>,
): Promise<T> {
  const giveBack = await room.take(bytes, signal, jumpsQueue);
  try {
    return await work();
  } finally {
    giveBack();
  }
}
