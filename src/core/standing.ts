// How the services that this installation hangs on are doing, and what that means for people.

import type { EpochMs } from './brand.ts';

export const dependencyNames = ['records', 'cache', 'queue', 'blobs', 'keys', 'broker'] as const;
export type DependencyName = (typeof dependencyNames)[number];

export interface DependencyStanding {
  readonly name: DependencyName;
  readonly state: 'up' | 'down';
  /** Since when it is so, as far as this process knows. */
  readonly since: EpochMs;
  /** What does not work as usual without it in this installation, beside what is so everywhere. */
  readonly alsoDegrades?: readonly DegradedMode[];
}

/** What processes do behind the pages; each may run apart. */
export const workRoles = ['record', 'ingest', 'detect', 'deliver', 'tend'] as const;
export type WorkRole = (typeof workRoles)[number];

/** Work that waits, and that no process does. */
export interface MissingRole {
  readonly role: WorkRole;
  /** Since when nobody was seen who does it. */
  readonly since: EpochMs;
}

export interface Standing {
  /** What was found last. */
  readonly dependencies: readonly DependencyStanding[];
  /** What no process does just now although it waits; empty while that is not known. */
  readonly missing: readonly MissingRole[];
  isUp(name: DependencyName): boolean;
  /**
   * Asks those that were not asked just now, or only these of them; resolves when the last has answered or was given up,
   * with what is known of all.
   */
  look(names?: readonly DependencyName[]): Promise<readonly DependencyStanding[]>;
  /** Aborts when it goes down next. */
  untilDown(name: DependencyName): AbortSignal;
}

/** What matters most first. */
export const degradedModeNames = [
  ...(['nothing-answers', 'nothing-recorded', 'footage-waits', 'footage-unreadable'] as const),
  ...(['sign-in-off', 'updates-off', 'alerts-wait', 'schedules-wait'] as const),
  ...(['images-refused', 'images-wait', 'images-unwatched', 'automation-off'] as const),
];
export type DegradedMode = (typeof degradedModeNames)[number];

/** What does not work as usual, by name, with a sentence for people who do not know what a database is. */
export const degradedModes: Readonly<Record<DegradedMode, string>> = {
  'nothing-answers':
    'The database is away: nobody can sign in, and nothing can be looked up or changed. Recording goes on.',
  'nothing-recorded':
    'No recorder runs: nothing is recorded, and there is no live picture. What was recorded before can be played.',
  'footage-waits': 'New footage stays at the recorder until it can be stored. Nothing is lost.',
  'footage-unreadable': 'Stored footage cannot be played just now.',
  'sign-in-off': 'Nobody can sign in, and no page opens for those who are. Recording and alerts go on.',
  'updates-off': 'Live updates are off: pages ask again every few seconds.',
  'alerts-wait': 'Alerts wait, and go out as soon as that is possible again.',
  'schedules-wait': 'Schedules wait: no site is armed or disarmed by one just now.',
  'images-refused': 'Pushed images are refused: whoever sends them is asked to send them again in a moment.',
  'images-wait':
    'Pushed images wait before they are stored. When too many wait, whoever sends them is asked to send them again.',
  'images-unwatched': 'Pushed images are stored, but nobody looks at them: what they show is told later.',
  'automation-off': 'Home automation waits, and so do devices and alerts over MQTT.',
};

const modesOf: Readonly<Record<DependencyName, readonly DegradedMode[]>> = {
  records: ['nothing-answers', 'footage-waits', 'alerts-wait'],
  // Limits of attempts are counted there, so that guessing is refused rather than let through; sessions lie there, too.
  cache: ['sign-in-off', 'updates-off'],
  queue: ['alerts-wait'],
  blobs: ['footage-waits', 'footage-unreadable'],
  // The secrets that webhooks are signed with and browsers are told with are sealed, too.
  keys: ['footage-unreadable', 'alerts-wait'],
  broker: ['automation-off'],
};

const modesWithout: Readonly<Record<WorkRole, readonly DegradedMode[]>> = {
  record: ['nothing-recorded'],
  ingest: ['images-wait'],
  detect: ['images-unwatched'],
  deliver: ['alerts-wait', 'schedules-wait'],
  // Without it nothing that was committed is handed over.
  tend: ['alerts-wait', 'schedules-wait'],
};

/** What is degraded while these are as they are and nobody does this work, what matters most first. */
export function degradedBy(
  dependencies: readonly DependencyStanding[],
  missing: readonly MissingRole[] = [],
): readonly DegradedMode[] {
  const found = new Set([
    ...dependencies
      .filter(({ state }) => state === 'down')
      .flatMap(({ name, alsoDegrades = [] }) => [...modesOf[name], ...alsoDegrades]),
    ...missing.flatMap(({ role }) => modesWithout[role]),
  ]);
  // Home automation runs where a broker is set.
  const hasBroker = dependencies.some(({ name }) => name === 'broker');
  if (hasBroker && missing.some(({ role }) => role === 'tend')) found.add('automation-off');
  return degradedModeNames.filter((mode) => found.has(mode));
}
