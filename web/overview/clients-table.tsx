// The clients of a company as a table.

import { Link } from '@tanstack/react-router';
import { namesWords } from '../people/site-words.ts';
import { initials } from '../session/initials.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/notice.tsx';
import type { TableView } from '../ui/rows.ts';
import { agoRoughly } from '../ui/words.ts';
import { type Client, clientName } from './clients.ts';
import { CamerasCell, OpenIncidentsCell, SiteLink } from './standing-cells.tsx';

interface ClientsTableProps {
  readonly clients: readonly Client[];
  readonly now: number;
  readonly view: TableView;
  readonly onView: (change: Partial<TableView>) => void;
}

export function ClientsTable({ clients, now, view, onView }: ClientsTableProps) {
  return (
    <DataTable
      names={['client', 'clients']}
      rows={clients}
      columns={columnsOf(now)}
      idOf={({ id }) => id}
      textsOf={({ owners, sites }) => [
        ...owners.flatMap(({ name, email, phone }) => [name, email, phone ?? '']),
        ...sites.map(({ name }) => name),
      ]}
      view={view}
      onView={onView}
      empty={
        <Empty icon="people" title="No client yet">
          <p>A client is an owner with sites. Invite one under People and name their sites.</p>
        </Empty>
      }
    />
  );
}

function columnsOf(now: number): readonly [Column<Client>, ...Column<Client>[]] {
  return [
    { key: 'client', label: 'Client', value: clientName, cell: (client) => <ClientName client={client} /> },
    {
      key: 'sites',
      label: 'Sites',
      isLong: true,
      value: ({ sites }) => sites.length,
      startsDown: true,
      cell: (client) => <ClientSites client={client} />,
    },
    {
      key: 'armed',
      label: 'Armed',
      value: ({ standing }) => standing.armed,
      startsDown: true,
      cell: ({ standing: { armed, sites } }) => (
        <span className="numbers">
          {armed} of {sites}
        </span>
      ),
    },
    {
      key: 'cameras',
      label: 'Cameras',
      value: ({ standing }) => standing.troubled * 10_000 + standing.cameras,
      startsDown: true,
      cell: ({ standing }) => <CamerasCell standing={standing} />,
    },
    {
      key: 'incidents',
      label: 'Incidents',
      value: ({ standing }) => standing.openIncidents,
      startsDown: true,
      cell: ({ standing }) => <OpenIncidentsCell number={standing.openIncidents} />,
    },
    {
      key: 'seen',
      label: 'Last here',
      value: ({ lastSeenAt }) => lastSeenAt,
      startsDown: true,
      cell: ({ lastSeenAt }) => (
        <span className="numbers quiet">{lastSeenAt === null ? 'Never' : agoRoughly(lastSeenAt, now)}</span>
      ),
    },
  ];
}

function ClientName({ client }: { client: Client }) {
  return (
    <div className="data-name">
      <span className="avatar" aria-hidden="true">
        {initials(client.owners[0]?.name ?? '')}
      </span>
      <span className="data-name-words">
        <span title={client.owners.map(({ name }) => name).join(', ')}>{clientName(client)}</span>
        <span className="quiet small">{client.owners[0]?.email}</span>
      </span>
    </div>
  );
}

/** One leads to its page; several to the table of sites, where the client's name finds them. */
function ClientSites({ client: { sites, owners } }: { client: Client }) {
  const [only, ...others] = sites;
  if (only === undefined) return <span className="quiet">No site</span>;
  if (others.length === 0) return <SiteLink site={only} />;
  const { short, long } = namesWords(
    sites.map(({ name }) => name),
    '',
  );
  return (
    <Link
      to="/"
      search={{ show: 'sites', find: owners[0]?.name ?? '' }}
      className="company-link"
      title={long}
    >
      {short}
    </Link>
  );
}
