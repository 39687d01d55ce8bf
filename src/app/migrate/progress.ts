// How far a move is, for whoever waits: one line that changes on a terminal, one line a step elsewhere.

/** What a step of a move tells as it goes on. */
export interface MoveProgress {
  /** A step begins, with so much to do (rows, or bytes). */
  begin(step: string, total: number): void;
  /** So much more of it is done; `name` is what is being done. */
  advance(amount: number, name: string): void;
  /** The step is done. */
  end(said: string): void;
}

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Redrawn at most so often. */
const redrawMs = 100;

export function moveProgress(terminal: Terminal, now: () => number): MoveProgress {
  let [step, total, done, beganMs, drawnMs] = ['', 0, 0, 0, Number.NEGATIVE_INFINITY];
  const isTerminal = terminal.isTTY === true;
  return {
    begin(name, amount) {
      [step, total, done, beganMs, drawnMs] = [name, amount, 0, now(), Number.NEGATIVE_INFINITY];
    },
    advance(amount, name) {
      done += amount;
      if (!isTerminal || now() - drawnMs < redrawMs) return;
      drawnMs = now();
      const left = leftOf({ done, total, elapsedMs: drawnMs - beganMs });
      const line = `${step}: ${name}, ${percent(done, total)}${left === null ? '' : `, ${left} left`}`;
      terminal.write(`\r\u001b[K${line.slice(0, (terminal.columns ?? 80) - 1)}`);
    },
    end(said) {
      terminal.write(`${isTerminal ? '\r\u001b[K' : ''}${said}\n`);
    },
  };
}

function percent(done: number, total: number): string {
  return total <= 0 ? '…' : `${Math.min(100, Math.floor((done / total) * 100))} %`;
}

/** How long the rest takes at the pace so far, such as "3 min"; null where nothing is known yet. */
export function leftOf(how: { done: number; total: number; elapsedMs: number }): string | null {
  if (how.done <= 0 || how.total <= how.done) return null;
  const seconds = Math.ceil(((how.total - how.done) * how.elapsedMs) / how.done / 1_000);
  if (seconds < 90) return `${seconds} s`;
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3_600)} h`;
}
