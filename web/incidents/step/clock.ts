// The one clock of all pictures on an incident's page. Pure: the time of the device is an argument.

export const stepSpeeds = [0.5, 1, 2, 4] as const;
export type StepSpeed = (typeof stepSpeeds)[number];

/** What may be shown, in ms since the epoch; `to` grows while the incident goes on. */
export interface Reach {
  readonly from: number;
  readonly to: number;
}

export interface StepClock {
  readonly playing: boolean;
  readonly speed: StepSpeed;
  /** Stands still although it plays: a picture is still loading. */
  readonly held: boolean;
  /** Stays at the newest picture. */
  readonly following: boolean;
  /** The moment on screen when the device's clock showed `since`. */
  readonly moment: number;
  readonly since: number;
}

export function startClock(moment: number, now: number): StepClock {
  return { playing: true, speed: 1, held: false, following: false, moment, since: now };
}

/** The moment on screen at `now`. */
export function momentAt(clock: StepClock, reach: Reach, now: number): number {
  const runs = clock.playing && !clock.held;
  const at = runs ? clock.moment + (now - clock.since) * clock.speed : clock.moment;
  return Math.min(reach.to, Math.max(reach.from, at));
}

/** Whether there is nothing more to play. */
export function isAtEnd(clock: StepClock, reach: Reach, now: number): boolean {
  return momentAt(clock, reach, now) >= reach.to;
}

/** The clock as it stands, counted from `now` on: the beginning of every change. */
function settled(clock: StepClock, reach: Reach, now: number): StepClock {
  return { ...clock, moment: momentAt(clock, reach, now), since: now };
}

/** Plays on or stops; at the end of a clip it begins again. */
export function toggled(clock: StepClock, reach: Reach, now: number): StepClock {
  const at = settled(clock, reach, now);
  if (clock.playing) return { ...at, playing: false, following: false };
  const again = isAtEnd(clock, reach, now);
  return { ...at, playing: true, moment: again ? reach.from : at.moment };
}

export function stopped(clock: StepClock, reach: Reach, now: number): StepClock {
  return { ...settled(clock, reach, now), playing: false };
}

export function sought(clock: StepClock, reach: Reach, moment: number, now: number): StepClock {
  const inside = Math.min(reach.to, Math.max(reach.from, moment));
  return { ...clock, moment: inside, since: now, following: false };
}

/** Goes to the newest picture and stays there. */
export function followed(clock: StepClock, reach: Reach, now: number): StepClock {
  return { ...clock, playing: true, speed: 1, following: true, moment: reach.to, since: now };
}

export function withSpeed(clock: StepClock, reach: Reach, speed: StepSpeed, now: number): StepClock {
  return { ...settled(clock, reach, now), speed, following: clock.following && speed === 1 };
}

export function withHold(clock: StepClock, reach: Reach, held: boolean, now: number): StepClock {
  return clock.held === held ? clock : { ...settled(clock, reach, now), held };
}

/** Who follows falls behind when pictures load slowly: beyond this, in ms, the clock goes to the end again. */
const behindMs = 4000;

/** The clock after time has passed: it stops at the end of a clip, and stays near the end where it follows. */
export function ticked(
  clock: StepClock,
  reach: Reach,
  { growing, now }: { growing: boolean; now: number },
): StepClock {
  if (clock.following && !growing) return { ...clock, following: false };
  if (clock.following && reach.to - momentAt(clock, reach, now) > behindMs)
    return followed(clock, reach, now);
  if (clock.playing && !growing && isAtEnd(clock, reach, now)) return stopped(clock, reach, now);
  return clock;
}
