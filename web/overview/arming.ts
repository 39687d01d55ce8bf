// Arming a site: shown at once, taken back if the server refuses.

import type { QueryClient } from '@tanstack/react-query';
import { paths } from '../../src/http/contract/paths.ts';
import type { ArmingInput, Site } from '../../src/http/contract/sites.ts';
import { send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';

export type Arming = Site['arming'];

/** The sites with one armed otherwise. */
export function withArming(sites: readonly Site[], siteId: string, arming: Arming, now: number): Site[] {
  return sites.map((site) => (site.id === siteId ? { ...site, arming, armingChangedAt: now } : site));
}

/** The state in a word or two. */
export const armingWords = {
  disarmed: 'Disarmed',
  'armed-home': 'Armed, home',
  'armed-away': 'Armed, away',
} as const satisfies Record<Arming, string>;

/** What the state means, in a sentence. */
export function armingSentence(arming: Arming, since: string): string {
  switch (arming) {
    case 'disarmed':
      return `Disarmed since ${since}. Cameras record; nobody is alerted.`;
    case 'armed-home':
      return `Armed while you are home since ${since}. A person on camera opens an incident.`;
    case 'armed-away':
      return `Armed since ${since}. A person on camera opens an incident.`;
  }
}

/** The mutation: optimistic, with the way back. */
export function armingMutation(queryClient: QueryClient, siteId: string, now: () => number) {
  return {
    mutationFn: (arming: Arming) =>
      send(paths.arming(siteId), { method: 'PUT', body: { arming } satisfies ArmingInput }),
    onMutate: async (arming: Arming) => {
      await queryClient.cancelQueries({ queryKey: keys.sites });
      const before = queryClient.getQueryData<Site[]>(keys.sites);
      queryClient.setQueryData<Site[]>(
        keys.sites,
        (sites) => sites && withArming(sites, siteId, arming, now()),
      );
      return { before };
    },
    onError: (_error: unknown, _arming: Arming, context: { before: Site[] | undefined } | undefined) => {
      queryClient.setQueryData(keys.sites, context?.before);
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.sites }),
  };
}
