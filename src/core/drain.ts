// Draining: a process that is about to stop says so first, and goes on until those who ask it know.

export interface Drain {
  readonly isDraining: boolean;
  /** From now on it is. */
  begin(): void;
}

export function drain(): Drain {
  let isDraining = false;
  return {
    get isDraining() {
      return isDraining;
    },
    begin() {
      isDraining = true;
    },
  };
}
