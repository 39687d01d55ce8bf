// All is well, or what needs a look: the first thing the home page says.

import type { Camera } from '../../src/http/contract/cameras.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { isWithoutRecorder, statusWords } from '../camera/status.ts';
import { count } from '../ui/words.ts';

/** Cameras that are named; of others there is a number. */
const camerasNamed = 3;

export interface Glance {
  readonly tone: 'good' | 'busy' | 'bad';
  readonly title: string;
  readonly detail: string;
}

/**
 * How it stands; null where there is no camera that could tell, and where something else says that all is not well: an incident that
 * waits, or a warning about who is told.
 */
export function glance(
  sites: readonly Site[],
  cameras: readonly Camera[],
  told: { readonly unresolved: number; readonly warned: boolean },
  now: number,
): Glance | null {
  if (cameras.length === 0) return null;
  const tones = Map.groupBy(cameras, ({ status }) => statusWords(status, now).tone);
  const troubled = tones.get('bad') ?? [];
  const unrecorded = troubled.filter(({ status }) => isWithoutRecorder(status));
  if (unrecorded.length > 0) {
    return {
      tone: 'bad',
      title: 'Nothing is recorded',
      detail: `No recorder runs, so ${count(unrecorded.length, 'camera')} ${unrecorded.length === 1 ? 'has' : 'have'} no picture.`,
    };
  }
  if (troubled.length > 0) {
    return {
      tone: 'bad',
      title: troubled.length === 1 ? 'A camera needs a look' : `${troubled.length} cameras need a look`,
      detail: named(troubled, sites, now),
    };
  }
  const starting = tones.get('busy') ?? [];
  if (starting.length > 0) {
    return {
      tone: 'busy',
      title: `${count(starting.length, 'camera')} starting`,
      detail: counted(sites, tones),
    };
  }
  if (told.unresolved > 0 || told.warned) return null;
  const recording = tones.get('good') ?? [];
  if (recording.length === 0) {
    return {
      tone: 'busy',
      title: 'No camera records',
      detail: 'All of them are switched off or at their end.',
    };
  }
  return { tone: 'good', title: 'All is well', detail: counted(sites, tones) };
}

/** Where there are several sites, every camera says at which it is: half of them are called "Front door". */
function named(cameras: readonly Camera[], sites: readonly Site[], now: number): string {
  const shown = cameras.slice(0, camerasNamed).map(({ name, siteId, status }) => {
    const site = sites.length > 1 ? sites.find(({ id }) => id === siteId) : undefined;
    return `${name}${site === undefined ? '' : ` at ${site.name}`}: ${lower(statusWords(status, now).words)}`;
  });
  const more = cameras.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? `, and ${more} more` : ''}.`;
}

/** "4 cameras record, 1 sends images. 1 of 2 sites is armed." */
function counted(sites: readonly Site[], tones: ReadonlyMap<string, readonly Camera[]>): string {
  const good = tones.get('good') ?? [];
  const sending = good.filter(({ status }) => status.state === 'receiving').length;
  const recording = good.length - sending;
  const armed = sites.filter(({ arming }) => arming !== 'disarmed').length;
  return `${recordingWords(recording, sending)}. ${armedWords(sites.length, armed)}`;
}

/** Of images that are pushed nothing is recorded. */
function recordingWords(recording: number, sending: number): string {
  const records = `${count(recording, 'camera')} ${recording === 1 ? 'records' : 'record'}`;
  if (sending === 0) return records;
  const sends = sending === 1 ? 'sends images' : 'send images';
  return recording === 0 ? `${count(sending, 'camera')} ${sends}` : `${records}, ${sending} ${sends}`;
}

function armedWords(sites: number, armed: number): string {
  if (sites === 1) return armed === 1 ? 'The site is armed.' : 'The site is disarmed.';
  if (armed === 0) return 'No site is armed.';
  return armed === sites
    ? `All ${sites} sites are armed.`
    : `${armed} of ${sites} sites ${armed === 1 ? 'is' : 'are'} armed.`;
}

function lower(words: string): string {
  return words.slice(0, 1).toLowerCase() + words.slice(1);
}
