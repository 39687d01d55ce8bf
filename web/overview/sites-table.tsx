// All sites as a table.

import type { Camera } from '../../src/http/contract/cameras.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/notice.tsx';
import type { TableView } from '../ui/rows.ts';
import { agoRoughly } from '../ui/words.ts';
import { armingWords } from './arming.ts';
import { ArmingChip } from './arming-control.tsx';
import { type Client, clientsName, type Standing, standingOf } from './clients.ts';
import { CamerasCell, ClientCell, OpenIncidentsCell, SiteLink } from './standing-cells.tsx';

interface SitesTableProps {
  readonly sites: readonly Site[];
  readonly cameras: readonly Camera[];
  readonly clientsAt: ReadonlyMap<string, readonly Client[]>;
  readonly now: number;
  readonly view: TableView;
  readonly onView: (change: Partial<TableView>) => void;
}

interface Row {
  readonly site: Site;
  readonly client: string | null;
  readonly standing: Standing;
}

export function SitesTable({ sites, cameras, clientsAt, now, view, onView }: SitesTableProps) {
  const bySite = Map.groupBy(cameras, ({ siteId }) => siteId);
  const rows = sites.map((site) => ({
    site,
    client: clientsName(clientsAt.get(site.id)),
    standing: standingOf([site], bySite.get(site.id) ?? [], now),
  }));
  return (
    <DataTable
      names={['site', 'sites']}
      rows={rows}
      columns={columnsOf(now)}
      idOf={({ site }) => site.id}
      textsOf={({ site, client }) => [site.name, client ?? '', armingWords[site.arming]]}
      view={view}
      onView={onView}
      empty={
        <Empty icon="home" title="No site yet">
          <p>A site is a place that is armed as a whole: a house, a shop, a workshop.</p>
        </Empty>
      }
    />
  );
}

function columnsOf(now: number): readonly [Column<Row>, ...Column<Row>[]] {
  return [
    {
      key: 'site',
      label: 'Site',
      value: ({ site }) => site.name,
      cell: ({ site }) => (
        <strong>
          <SiteLink site={site} />
        </strong>
      ),
    },
    {
      key: 'client',
      label: 'Client',
      isLong: true,
      value: ({ client }) => client,
      cell: ({ client }) => <ClientCell name={client} />,
    },
    {
      key: 'arming',
      label: 'Arming',
      value: ({ site }) => armingWords[site.arming],
      cell: ({ site }) => <ArmingChip arming={site.arming} />,
    },
    {
      key: 'since',
      label: 'Since',
      startsDown: true,
      value: ({ site }) => site.armingChangedAt,
      cell: ({ site }) => <span className="numbers quiet">{agoRoughly(site.armingChangedAt, now)}</span>,
    },
    {
      key: 'cameras',
      label: 'Cameras',
      startsDown: true,
      value: ({ standing }) => standing.troubled * 10_000 + standing.cameras,
      cell: ({ standing }) => <CamerasCell standing={standing} />,
    },
    {
      key: 'incidents',
      label: 'Incidents',
      startsDown: true,
      value: ({ site }) => site.openIncidents,
      cell: ({ site }) => <OpenIncidentsCell number={site.openIncidents} />,
    },
  ];
}
