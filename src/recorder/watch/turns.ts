// Turns: cameras come to the detector one after the other, however busy one of them is.

export interface Turns {
  /**
   * Runs `work` when its turn comes. Whoever waits already keeps the place; whoever was served goes to the end,
   * so everybody is served before anybody is served twice. `work` must not throw.
   */
  request(who: object, work: () => Promise<void>): void;
  /** Takes back a request that has not been served. */
  withdraw(who: object): void;
}

/** `places`: how many are served at the same time; asked anew each time. */
export function turns(places: () => number): Turns {
  const waiting = new Map<object, () => Promise<void>>();
  let serving = 0;

  function advance(): void {
    for (const [who, work] of waiting) {
      if (serving >= places()) return;
      waiting.delete(who);
      serving += 1;
      void work().finally(() => {
        serving -= 1;
        advance();
      });
    }
  }

  return {
    request(who, work) {
      waiting.set(who, work);
      advance();
    },
    withdraw(who) {
      waiting.delete(who);
    },
  };
}
