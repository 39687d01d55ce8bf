// Drives all pictures of an incident by one clock: looks at each some times a second and says what it is to do.

import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { serverNow } from '../../app/server-clock.ts';
import type { PlayerHandle } from '../../player/player.tsx';
import {
  followed,
  momentAt,
  type Reach,
  type StepClock,
  type StepSpeed,
  sought,
  startClock,
  ticked,
  toggled,
  withHold,
  withSpeed,
} from './clock.ts';
import { type Coverage, type CoveredBy, coverageAt } from './coverage.ts';
import { orderFor } from './in-step.ts';

/** How often the pictures are looked at, in ms. */
const lookMs = 100;
/** A picture that was sent elsewhere is given so long to get there before it is sent again, in ms. */
const seekAgainMs = 1_500;
/** The clock waits at most so long for a picture, in ms: one camera must not hold up all others. */
const waitAtMostMs = 6_000;

/** What one camera shows now. */
export type TileState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'showing'; readonly offMs: number }
  | { readonly kind: 'missing'; readonly why: string; readonly until: number | null };

export interface Step {
  readonly moment: number;
  readonly clock: StepClock;
  readonly tiles: ReadonlyMap<string, TileState>;
  toggle(): void;
  seek(moment: number): void;
  move(byMs: number): void;
  follow(): void;
  setSpeed(speed: StepSpeed): void;
  /** Where the player of a camera is put when it is drawn, and taken away. */
  hold(cameraId: string, player: PlayerHandle | null): void;
}

interface Progress {
  soughtAt: number;
  loadingSince: number | null;
}

export interface StepOptions {
  readonly reach: Reach;
  readonly growing: boolean;
  readonly beginAt: number;
  /** What is known of the footage of each camera. */
  readonly lines: ReadonlyMap<string, CoveredBy>;
}

export function useStep({ reach, growing, beginAt, lines }: StepOptions): Step {
  const [clock, setClock] = useState(() => startClock(beginAt, performance.now()));
  const [moment, setMoment] = useState(beginAt);
  const [tiles, setTiles] = useState<ReadonlyMap<string, TileState>>(new Map());
  const players = useRef(new Map<string, PlayerHandle>());
  const progress = useRef(new Map<string, Progress>());
  const now = () => performance.now();

  const look = useEffectEvent(() => {
    const at = now();
    const current = ticked(clock, reach, { growing, now: at });
    const target = momentAt(current, reach, at);
    const states = new Map<string, TileState>();
    let waits = false;
    for (const [id, player] of players.current) {
      const known = progress.current.get(id) ?? { soughtAt: Number.NEGATIVE_INFINITY, loadingSince: null };
      progress.current.set(id, known);
      const coverage = coverageAt(lines.get(id), target, serverNow());
      const { state, isWaitedFor } = drive(player, known, { coverage, clock: current, moment: target, at });
      states.set(id, state);
      waits ||= isWaitedFor;
    }
    setClock(withHold(current, reach, waits, at));
    setMoment(target);
    setTiles(states);
  });
  useEffect(() => {
    const timer = window.setInterval(() => look(), lookMs);
    return () => window.clearInterval(timer);
  }, []);

  const change = (next: (before: StepClock, at: number) => StepClock) => {
    setClock((before) => next(before, now()));
  };
  return {
    moment,
    clock,
    tiles,
    toggle: () => change((before, at) => toggled(before, reach, at)),
    seek: (to) => change((before, at) => sought(before, reach, to, at)),
    move: (byMs) => change((before, at) => sought(before, reach, momentAt(before, reach, at) + byMs, at)),
    follow: () => change((before, at) => followed(before, reach, at)),
    setSpeed: (speed) => change((before, at) => withSpeed(before, reach, speed, at)),
    hold(cameraId, player) {
      if (player === null) players.current.delete(cameraId);
      else players.current.set(cameraId, player);
    },
  };
}

/** Tells one player what to do. */
function drive(
  player: PlayerHandle,
  progress: Progress,
  { coverage, clock, moment, at }: { coverage: Coverage; clock: StepClock; moment: number; at: number },
): { state: TileState; isWaitedFor: boolean } {
  const shown = player.moment();
  const ready = player.isReady();
  const running = clock.playing && !clock.held;
  const order = orderFor({ coverage, shown, ready }, { moment, running, speed: clock.speed });
  if (order.kind === 'missing') {
    player.run(null);
    progress.loadingSince = null;
    const { why, until } = order.coverage;
    return { state: { kind: 'missing', why, until }, isWaitedFor: false };
  }
  if (order.kind === 'play') player.run(order.rate);
  else player.run(null);
  if (order.kind === 'seek' && at - progress.soughtAt > seekAgainMs) {
    progress.soughtAt = at;
    player.seek(order.moment);
  }
  const isLoading = order.kind === 'load' || order.kind === 'seek';
  progress.loadingSince = isLoading ? (progress.loadingSince ?? at) : null;
  const waitedMs = progress.loadingSince === null ? 0 : at - progress.loadingSince;
  return {
    state: isLoading
      ? { kind: 'loading' }
      : { kind: 'showing', offMs: Math.round((shown ?? moment) - moment) },
    isWaitedFor: isLoading && waitedMs < waitAtMostMs,
  };
}
