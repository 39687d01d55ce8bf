// A watchdog bites when something blocking takes too long. It costs nothing while it is fed.

export interface Watchdog {
  /** Starts waiting: it bites after the timeout unless it is disarmed or armed again. */
  arm(): void;
  disarm(): void;
  readonly hasBitten: boolean;
  stop(): void;
}

/** One timer for many waits, because a camera is read hundreds of times a second. */
export function watchdog(timeoutMs: number, bite: () => void): Watchdog {
  let armed = false;
  let bitten = false;
  let stopped = false;
  const timer = setTimeout(() => {
    if (!armed) return;
    armed = false;
    bitten = true;
    bite();
  }, timeoutMs);
  timer.unref();
  return {
    arm() {
      if (stopped) return;
      armed = true;
      timer.refresh();
    },
    disarm() {
      armed = false;
    },
    get hasBitten() {
      return bitten;
    },
    stop() {
      stopped = true;
      armed = false;
      clearTimeout(timer);
    },
  };
}
