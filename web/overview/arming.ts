// Arming a site: shown at once, taken back if the server refuses.

import type { QueryClient } from '@tanstack/react-query';
import { paths } from '../../src/http/contract/paths.ts';
import type { ArmingInput, Site } from '../../src/http/contract/sites.ts';
import { send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { duration } from '../ui/words.ts';

export type Arming = Site['arming'];

export const armings = ['disarmed', 'armed-home', 'armed-away'] as const satisfies readonly Arming[];

/** The site armed otherwise, as the server is going to answer. */
function armed(site: Site, { arming, now: isNow }: ArmingInput, now: number): Site {
  const isSame = site.arming === arming && !(isNow === true && site.armsAt !== null);
  if (isSame) return site;
  const waits = arming !== 'disarmed' && isNow !== true && site.exitDelaySeconds > 0;
  return {
    ...site,
    arming,
    armingChangedAt: now,
    armsAt: waits ? now + site.exitDelaySeconds * 1000 : null,
    armingBefore: inForce(site, now),
    entry: arming === 'disarmed' ? null : site.entry,
    bypasses: arming === 'disarmed' ? [] : site.bypasses,
  };
}

/** The sites with one armed otherwise. */
export function withArming(sites: readonly Site[], siteId: string, input: ArmingInput, now: number): Site[] {
  return sites.map((site) => (site.id === siteId ? armed(site, input, now) : site));
}

/** The arming that counts now: what was asked for, or what was before while an exit delay runs. */
export function inForce(site: Site, now: number): Arming {
  return site.armsAt !== null && now < site.armsAt ? site.armingBefore : site.arming;
}

/** Whole seconds left, at least 0: "1" is shown until the moment itself. */
export function secondsLeft(at: number, now: number): number {
  return Math.max(0, Math.ceil((at - now) / 1000));
}

/** The state in a word or two. */
export const armingWords = {
  disarmed: 'Disarmed',
  'armed-home': 'Armed, home',
  'armed-away': 'Armed, away',
} as const satisfies Record<Arming, string>;

/** What the state means, in a sentence: what is kept, if anything, and what opens an incident. */
export function armingSentence(
  arming: Arming,
  since: string,
  { kept, watched }: { readonly kept: string | null; readonly watched: string },
): string {
  switch (arming) {
    case 'disarmed':
      return `Disarmed since ${since}. ${kept === null ? 'Nobody' : `${kept}; nobody`} is alerted.`;
    case 'armed-home':
      return `Armed while you are home since ${since}. ${watched}`;
    case 'armed-away':
      return `Armed since ${since}. ${watched}`;
  }
}

/** What the schedule does next: "Armed, away by schedule tomorrow 22:00." */
export function nextEdgeSentence(arming: Arming, when: string): string {
  return arming === 'disarmed'
    ? `Disarms by schedule ${when}.`
    : `${armingWords[arming]} by schedule ${when}.`;
}

/** How long is left to leave or to disarm, for everybody to read. */
export function leftWords(at: number, now: number): string {
  return duration(secondsLeft(at, now) * 1000);
}

/** The mutation: optimistic, with the way back. */
export function armingMutation(queryClient: QueryClient, siteId: string, now: () => number) {
  return {
    mutationFn: (input: ArmingInput) => send(paths.arming(siteId), { method: 'PUT', body: input }),
    onMutate: async (input: ArmingInput) => {
      await queryClient.cancelQueries({ queryKey: keys.sites });
      const before = queryClient.getQueryData<Site[]>(keys.sites);
      queryClient.setQueryData<Site[]>(
        keys.sites,
        (sites) => sites && withArming(sites, siteId, input, now()),
      );
      return { before };
    },
    onError: (_error: unknown, _input: ArmingInput, context: { before: Site[] | undefined } | undefined) => {
      queryClient.setQueryData(keys.sites, context?.before);
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.sites }),
  };
}
