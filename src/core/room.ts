// Room for bytes: what is large waits until what came before it is done, so that many at once do not fill the memory.

export interface Room {
  /**
   * Waits for room for so many bytes, first come, first served, and returns how to give it back. What is larger than all
   * the room is let in alone. Errors: the reason of `signal`.
   */
  take(bytes: number, signal: AbortSignal): Promise<() => void>;
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
    async take(wanted, signal) {
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
      waiting.push(own);
      letIn();
      return turn.promise;
    },
  };
}
