// The history of arming in words.

import type { ArmedBy, ArmingLine } from '../../src/http/contract/sites.ts';
import type { IconName } from '../ui/icons.tsx';
import { clockSeconds, duration, momentInside } from '../ui/words.ts';

interface Told {
  readonly icon: IconName;
  readonly tone: 'plain' | 'accent' | 'bad' | 'good';
  /** What happened. */
  readonly what: string;
  /** Who did it, how, and what came of it. */
  readonly more: string;
}

const who = (by: ArmedBy): string => {
  switch (by.kind) {
    case 'member':
      return by.name ?? 'Somebody who is gone';
    case 'access-key':
      return by.name === null ? 'A machine, by access key' : `${by.name}, by access key`;
    case 'schedule':
      return 'By schedule';
    case 'mqtt':
      return 'By MQTT';
  }
};

const verbs = {
  disarmed: 'Disarmed',
  'armed-home': 'Armed, home',
  'armed-away': 'Armed, away',
} as const;
const icons = { disarmed: 'disarmed', 'armed-home': 'home', 'armed-away': 'away' } as const;

/** One line of the history. `nameOf` gives the names of cameras that are still there. */
export function lineWords(
  line: ArmingLine,
  zone: string,
  now: number,
  nameOf: (cameraId: string) => string | undefined,
): Told {
  switch (line.kind) {
    case 'arming': {
      const delayMs = line.effectiveAt - line.at;
      const delayed = delayMs > 0 ? `, in force after ${duration(delayMs)}` : '';
      const tone = line.arming === 'disarmed' ? 'plain' : 'accent';
      return { icon: icons[line.arming], tone, what: verbs[line.arming], more: `${who(line.by)}${delayed}.` };
    }
    case 'bypass': {
      const what = `${nameOf(line.cameraId) ?? 'A camera that was removed'} bypassed`;
      return { icon: 'camera', tone: 'plain', what, more: `${who(line.by)}, ${bypassEnd(line, zone, now)}.` };
    }
    case 'entry':
      return entryWords(line, zone);
  }
}

function bypassEnd(line: ArmingLine & { kind: 'bypass' }, zone: string, now: number): string {
  if (line.endedAt !== null) {
    const by = line.endedBy === null ? '' : ` (${who(line.endedBy)})`;
    return `ended ${momentInside(line.endedAt, zone, now)}${by}`;
  }
  return line.until === null ? 'until the next disarming' : `until ${momentInside(line.until, zone, now)}`;
}

function entryWords(line: ArmingLine & { kind: 'entry' }, zone: string): Told {
  const what = 'Somebody came in';
  switch (line.state) {
    case 'running':
      return {
        icon: 'person',
        tone: 'bad',
        what,
        more: `Time to disarm until ${clockSeconds(line.dueAt, zone)}.`,
      };
    case 'disarmed': {
      const by = line.endedBy === null ? 'Disarmed in time' : `Disarmed in time: ${who(line.endedBy)}`;
      return { icon: 'person', tone: 'good', what, more: `${by}.` };
    }
    case 'alarmed':
      return {
        icon: 'warning',
        tone: 'bad',
        what,
        more: 'Nobody disarmed in time, so it became an incident.',
      };
  }
}
