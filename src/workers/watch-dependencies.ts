// Watches the services that this process hangs on: asked again and again, and the log has each change once.

import type { Breaker } from '../core/breaker.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import { repeat } from '../core/repeat.ts';
import {
  type DependencyName,
  type DegradedMode,
  type DependencyStanding,
  degradedBy,
  dependencyNames,
  type MissingRole,
  type Standing,
} from '../core/standing.ts';

export interface Dependency {
  readonly name: DependencyName;
  /** The one that callers go through, too, where there is one: what they meet counts. */
  readonly breaker: Breaker;
  /** Asks for little; throws where the service cannot do its work. */
  readonly probe: () => Promise<unknown>;
  /** How often it is asked at most; each question to some services costs money. */
  readonly everyMs?: number;
  /** What does not work as usual without it in this installation, beside what is so everywhere. */
  readonly alsoDegrades?: readonly DegradedMode[];
}

/** What was found so lately is believed. */
const freshMs = 1_000;

export interface Watched extends Standing {
  stop(): Promise<void>;
}

/**
 * Asks every `everyMs`; what is down is asked as often as its breaker lets through. `missing` says what no process does:
 * the cache is where that is told, and while it is away nothing is said of it.
 */
export function watchDependencies(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  dependencies: readonly Dependency[],
  {
    everyMs,
    missing = () => [],
  }: { readonly everyMs: number; readonly missing?: () => readonly MissingRole[] },
): Watched {
  const found = new Map<DependencyName, DependencyStanding>();
  const asked = new Map<DependencyName, number>();
  const probing = new Map<DependencyName, Promise<unknown>>();
  const waiting = new Map<DependencyName, AbortController>();
  const asking = new Map<DependencyName, Promise<void>>();
  let stopped = false;

  /** Each by itself: where one takes its time, the others are asked all the same. */
  function ask(dependency: Dependency): Promise<void> {
    const { name } = dependency;
    const begun = asking.get(name) ?? askAnew(dependency).finally(() => asking.delete(name));
    asking.set(name, begun);
    return begun;
  }

  async function askAnew(dependency: Dependency): Promise<void> {
    const { name, breaker, everyMs: rarely = freshMs } = dependency;
    const nowMs = clock.monotonicMs();
    // What is down is asked often, whatever it costs: the last answer would be believed for too long.
    const believedMs = found.get(name)?.state === 'down' ? freshMs : rarely;
    const isFresh = nowMs - (asked.get(name) ?? Number.NEGATIVE_INFINITY) < believedMs;
    if (isFresh && breaker.state === 'closed') return;
    asked.set(name, nowMs);
    try {
      await answered(dependency);
      note(dependency, true, null);
    } catch (error) {
      note(dependency, false, error);
    }
  }

  /**
   * One failure may be chance. A second in a row opens the breaker, so that what is told to be away keeps nobody waiting
   * for its time-out.
   */
  async function answered({ name, breaker, probe }: Dependency): Promise<void> {
    const once = () => breaker.run(() => probed(name, probe));
    try {
      await once();
    } catch (error) {
      if (breaker.state !== 'closed') throw error;
      await once();
    }
  }

  /** One question at a time: where a service hangs, questions must not pile up before it. */
  function probed(name: DependencyName, probe: () => Promise<unknown>): Promise<unknown> {
    const begun = probing.get(name) ?? probe().finally(() => probing.delete(name));
    probing.set(name, begun);
    return begun;
  }

  function note({ name, alsoDegrades = [] }: Dependency, isUp: boolean, error: unknown): void {
    const state = isUp ? 'up' : 'down';
    const before = found.get(name);
    if (before?.state === state || stopped) return;
    found.set(name, { name, state, since: clock.now(), alsoDegrades });
    if (before === undefined && isUp) return;
    const modes = degradedBy([...found.values()]);
    if (isUp) log.info('A service answers again', { service: name, degraded: modes });
    else {
      log.warn('A service does not answer', { service: name, degraded: modes, error });
      waiting.get(name)?.abort();
      waiting.delete(name);
    }
  }

  const look = (names: readonly DependencyName[]) =>
    Promise.all(dependencies.filter(({ name }) => names.includes(name)).map(ask));

  const isUp = (name: DependencyName) => found.get(name)?.state !== 'down';

  const watching = repeat({ clock, log }, { everyMs, failed: 'The services could not be asked' }, () => {
    // Nobody waits here for one that takes its time.
    void look(dependencyNames);
  });
  return {
    get dependencies() {
      return [...found.values()];
    },
    get missing() {
      return isUp('cache') ? missing() : [];
    },
    isUp,
    async look(names = dependencyNames) {
      await look(names);
      return [...found.values()];
    },
    untilDown(name) {
      const controller = waiting.get(name) ?? new AbortController();
      waiting.set(name, controller);
      return controller.signal;
    },
    stop() {
      // Stores that are closed are not away.
      stopped = true;
      return watching.stop();
    },
  };
}
