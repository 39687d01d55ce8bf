// Membership of a consumer group: which partitions are ours, and that nobody gets one while we still work on it.
//
// The cooperative protocol takes a partition away in two rounds: its member leaves it in the first, and it goes to
// another only after that member has joined again. Between the rounds we wait for what is in hand, and go on saying
// that we live (KIP-429).

import { type Consumer, heartbeatV4 } from '@platformatic/kafka';
import { complaint } from '../../core/complaint.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import { wakeup } from '../../core/wakeup.ts';
import { isKafkaAway, isReason } from './failure.ts';
import { pause, within } from './patience.ts';

export interface GroupTimings {
  /** Silence after which the group counts us as gone, and we what we hold as lost. */
  readonly sessionMs: number;
  readonly heartbeatMs: number;
  /** Longest that one record may be in hand. */
  readonly maxWorkMs: number;
}

/** Longest that saying goodbye may take. */
const farewellMs = 3_000;
const moved = ['REBALANCE_IN_PROGRESS', 'UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION'] as const;
/** Of the session: after so much silence we let go, before the group gives our work to others. */
const silentShare = 0.85;

export interface MembershipContext {
  /** Opened with `groupOptions`. */
  readonly client: Consumer;
  readonly topic: string;
  readonly timings: GroupTimings;
  readonly clock: Clock;
  readonly log: Log;
  /** These are ours; those that were not are to be begun. */
  readonly assigned: (partitions: ReadonlySet<number>) => void;
  /** Only these stay ours: resolves when nothing of the others is in hand. */
  readonly letGo: (kept: ReadonlySet<number>) => Promise<void>;
  /** Others may have all of ours already: what is in hand is to be given up. */
  readonly lost: () => void;
}

export interface Membership {
  /** Gives up what is ours where we were silent or held up for so long that others may have it: to be called before work begins. */
  check(): void;
  /** Says goodbye: others get what was ours at once. */
  leave(): Promise<void>;
}

/** Whoever works on a partition that is asked back may finish: the group waits for its longest handler. */
const rebalanceMsOf = ({ sessionMs, maxWorkMs }: GroupTimings) => Math.max(sessionMs, maxWorkMs) + sessionMs;

/** What the client of a membership is opened with; it calls `hook` whenever it is about to join again. */
export function groupOptions(timings: GroupTimings, hook: () => Promise<Buffer>) {
  const { sessionMs, heartbeatMs } = timings;
  const rebalanceMs = rebalanceMsOf(timings);
  return {
    sessionTimeout: sessionMs,
    heartbeatInterval: heartbeatMs,
    rebalanceTimeout: rebalanceMs,
    // Joining is answered when all have joined.
    requestTimeout: rebalanceMs + sessionMs,
    protocols: [{ name: 'cooperative-sticky', version: 3 }],
    protocolsMetadata: hook,
  };
}

/** Joins, and stays a member until it leaves. `setHook` takes what the client calls before it joins again. */
export function startMembership(
  context: MembershipContext,
  setHook: (beforeJoin: () => Promise<void>) => void,
): Membership {
  const { client, topic, timings } = context;
  const unjoined = complaint(context, {
    says: 'The consumer group could not be joined',
    level: 'warn',
    isOfAway: isKafkaAway,
  });
  const unheard = complaint(context, {
    says: 'Kafka is not heard from: what is in hand is given up, for others may have it',
    level: 'warn',
    isOfAway: () => true,
  });
  const stopping = new AbortController();
  const bell = wakeup({ clock: context.clock });
  const pulse = {
    askedAtMs: performance.now(),
    heardAtMs: performance.now(),
    /** When this process was last seen to run. */
    ranAtMs: performance.now(),
    isLost: false,
    lostAtMs: 0,
    isJoining: false,
  };
  let mustJoin = true;

  const ours = () =>
    new Set(client.assignments?.find((assignment) => assignment.topic === topic)?.partitions ?? []);

  setHook(async () => {
    const letGo = context.letGo(ours());
    // The first time at once: it says whether what was ours is lost already.
    for (let ms = 1; !(await within(ms, letGo)); ms = timings.heartbeatMs) await beat();
    heard();
    pulse.isJoining = true;
  });

  /** The client itself is silent while it waits to join. */
  async function beat(): Promise<void> {
    const { coordinatorId, memberId, generationId } = client;
    if (coordinatorId === null || memberId === null) return context.lost();
    try {
      const connection = (await client.connectToBrokers([coordinatorId])).get(coordinatorId);
      if (connection === undefined) return;
      await heartbeatV4.api.async(connection, client.groupId, generationId, memberId, null);
      heard();
    } catch (error) {
      if (isReason(error, 'REBALANCE_IN_PROGRESS')) heard();
      else if (isReason(error, 'UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION')) context.lost();
    }
  }

  function heard(atMs = performance.now()): void {
    pulse.heardAtMs = atMs;
  }

  client.on('consumer:heartbeat:start', () => {
    pulse.askedAtMs = performance.now();
  });
  client.on('consumer:heartbeat:end', () => {
    heard(pulse.askedAtMs);
    // An answer from before says nothing of what became of us since.
    if (!pulse.isLost || pulse.askedAtMs < pulse.lostAtMs) return;
    // We let go in time, and the group had not yet noticed: ours again.
    pulse.isLost = false;
    unheard.well();
    context.assigned(ours());
  });
  client.on('consumer:group:join', () => {
    heard();
    unjoined.well();
    unheard.well();
    pulse.isLost = false;
    pulse.isJoining = false;
    if (!stopping.signal.aborted) context.assigned(ours());
  });
  // The client gives up when it cannot join again.
  client.on('error', (error) => {
    unjoined.failed(error, { topic });
    pulse.isJoining = false;
    mustJoin = true;
    bell.call();
  });

  async function stay(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (mustJoin) await join();
      else await bell.wait(null);
    }
  }

  /** Every consumer has one of these: none wakes the process more often than it must. */
  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      check();
      pulse.ranAtMs = performance.now();
      const lateInMs = maxSilentMs() - (pulse.ranAtMs - pulse.heardAtMs);
      const mayBeLate = isMember() && lateInMs < timings.heartbeatMs;
      await pause(stopping.signal, mayBeLate ? Math.max(lateInMs, 0) + 1 : timings.heartbeatMs);
    }
  }

  function isMember(): boolean {
    return !pulse.isLost && client.memberId !== null;
  }

  function maxSilentMs(): number {
    return silentShare * (pulse.isJoining ? rebalanceMsOf(timings) : timings.sessionMs);
  }

  /** Who waits to join is silent, and counted as alive; not who did not run meanwhile. */
  function check(): void {
    if (!isMember()) return;
    const nowMs = performance.now();
    const silentMs = nowMs - pulse.heardAtMs;
    const heldUpMs = nowMs - pulse.ranAtMs;
    if (silentMs <= maxSilentMs() && heldUpMs <= timings.sessionMs * silentShare) return;
    unheard.failed(undefined, { topic, silentMs, heldUpMs });
    pulse.isLost = true;
    pulse.lostAtMs = nowMs;
    context.lost();
  }

  async function join(): Promise<void> {
    mustJoin = false;
    try {
      await client.joinGroup({});
    } catch (error) {
      mustJoin = true;
      pulse.isJoining = false;
      if (stopping.signal.aborted) return;
      // The rest of the group moved meanwhile, or asks who we are.
      if (!isReason(error, ...moved)) unjoined.failed(error, { topic });
      await pause(stopping.signal);
    }
  }

  client.topics.track(topic);
  const staying = Promise.all([stay(), watch()]);
  return {
    check,
    async leave() {
      stopping.abort();
      bell.call();
      await within(farewellMs, new Promise<void>((resolve) => client.leaveGroup(false, () => resolve())));
      await within(farewellMs, client.close(true));
      await within(farewellMs, staying);
      unjoined.giveUp();
      unheard.giveUp();
    },
  };
}
