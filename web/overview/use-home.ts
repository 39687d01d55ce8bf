// Which home page the person who is signed in gets.

import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { may } from '../app/may.ts';
import { peopleQuery } from '../people/queries.ts';
import { meQuery } from '../session/queries.ts';
import { countClients } from './clients.ts';
import { type Home, homeOf } from './home.ts';
import { sitesQuery } from './queries.ts';

export function useHome(): Home {
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const managesPeople = may(me, 'manage-people');
  const { data: people } = useQuery({ ...peopleQuery, enabled: managesPeople });
  return homeOf({ managesPeople, sites: sites.length, clients: countClients(people ?? [], sites) });
}
