// The home page of those who look after others: clients, sites, devices and incidents, each as a table.

import './overview.css';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import { useCameras } from '../camera/use-cameras.ts';
import { useUnresolvedCount } from '../incidents/incident-watch.tsx';
import { peopleQuery } from '../people/queries.ts';
import { PutAsideNotice } from '../put-aside/put-aside-notice.tsx';
import { meQuery } from '../session/queries.ts';
import { Icon } from '../ui/icons.tsx';
import { type TableView, viewOf } from '../ui/rows.ts';
import { Segmented } from '../ui/segmented.tsx';
import { useNow } from '../ui/use-now.ts';
import { AddingButtons, AddingDialogs, useAdding } from './adding.tsx';
import { AtAGlance } from './at-a-glance.tsx';
import { clientsBySite, clientsOf } from './clients.ts';
import { ClientsTable } from './clients-table.tsx';
import { type CompanyTab, companyTabs, usualView } from './company.ts';
import { DevicesTable } from './devices-table.tsx';
import { IncidentBanner } from './incident-banner.tsx';
import { IncidentsTable } from './incidents-table.tsx';
import { sitesQuery } from './queries.ts';
import { ReachBanner } from './reach-banner.tsx';
import { SitesTable } from './sites-table.tsx';

export function CompanyPage() {
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const { data: people } = useSuspenseQuery(peopleQuery);
  // Hundreds of cameras tell of themselves every few seconds: what is typed goes first.
  const cameras = useDeferredValue(useCameras());
  const now = useNow(10_000);
  const unresolved = useUnresolvedCount();
  const search = useSearch({ from: '/inside/' });
  const navigate = useNavigate({ from: '/' });
  const adding = useAdding(me);
  const clients = clientsOf(people, sites, cameras, now);
  const clientsAt = clientsBySite(clients);
  // Without clients there would be an empty table first.
  const show = search.show ?? (clients.length > 0 ? 'clients' : 'sites');
  const table = {
    view: viewOf(search, usualView[show]),
    onView: (change: Partial<TableView>) =>
      void navigate({
        search: (before) => ({ ...before, show, ...change }),
        replace: true,
        resetScroll: false,
      }),
  };
  const counts = {
    clients: clients.length,
    sites: sites.length,
    devices: cameras.length,
    incidents: unresolved,
  };
  return (
    <div className="page">
      <title>Overview · Vedette</title>
      <header className="page-head">
        <h1>Overview</h1>
        <AddingButtons {...adding} />
      </header>
      <div className="company-look">
        <IncidentBanner />
        <PutAsideNotice me={me} />
        {sites.length > 0 && <ReachBanner sites={sites} />}
        <AtAGlance sites={sites} cameras={cameras} link={<ToDevices />} />
      </div>
      <Segmented
        legend="What is shown"
        className="data-tabs company-counts"
        value={show}
        options={companyTabs.map(({ value, label }) => ({
          value,
          label:
            value === 'incidents' ? `${label}, ${counts[value]} unresolved` : `${label}, ${counts[value]}`,
          face: <TabFace label={label} number={counts[value]} />,
        }))}
        onChange={(next: CompanyTab) =>
          void navigate({ search: { show: next }, replace: true, resetScroll: false })
        }
      />
      {show === 'clients' && <ClientsTable clients={clients} now={now} {...table} />}
      {show === 'sites' && <SitesTable {...{ sites, cameras, clientsAt, now }} {...table} />}
      {show === 'devices' && <DevicesTable {...{ sites, cameras, clientsAt, now }} {...table} />}
      {show === 'incidents' && <IncidentsTable {...{ sites, clientsAt, now }} {...table} />}
      <AddingDialogs {...adding} />
    </div>
  );
}

/** They stand first in their table. */
function ToDevices() {
  return (
    <Link to="/" search={{ show: 'devices' }} resetScroll={false} className="banner-go">
      Show
      <Icon name="next" size={18} />
    </Link>
  );
}

function TabFace({ label, number }: { label: string; number: number }) {
  return (
    <>
      {label}
      <span className="company-number">{number}</span>
    </>
  );
}
