// Incidents as a table, newest first.

import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Incident } from '../../src/http/contract/incidents.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { incidentTableQuery } from '../incidents/queries.ts';
import { StateChip } from '../incidents/state-chip.tsx';
import { incidentTitle, lengthWords, noticedBy, stateChip } from '../incidents/words.ts';
import { Button } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import type { TableView } from '../ui/rows.ts';
import { moment } from '../ui/words.ts';
import { type Client, clientsName } from './clients.ts';
import { ClientCell } from './standing-cells.tsx';

interface IncidentsTableProps {
  readonly sites: readonly Site[];
  readonly clientsAt: ReadonlyMap<string, readonly Client[]>;
  readonly now: number;
  readonly view: TableView;
  readonly onView: (change: Partial<TableView>) => void;
}

interface Row {
  readonly incident: Incident;
  readonly zone: string;
  readonly client: string | null;
}

const stateOrder = { open: 0, acknowledged: 1, resolved: 2 } as const satisfies Record<
  Incident['state'],
  number
>;

export function IncidentsTable({ sites, clientsAt, now, view, onView }: IncidentsTableProps) {
  const list = useInfiniteQuery(incidentTableQuery);
  if (list.isPending) return <div className="skeleton skeleton-block" role="status" aria-label="Loading" />;
  if (list.isError) return <Problem error={list.error} />;
  const zones = new Map(sites.map(({ id, timeZone }) => [id, timeZone]));
  const rows = list.data.pages.flat().map((incident) => ({
    incident,
    zone: zones.get(incident.siteId) ?? 'UTC',
    client: clientsName(clientsAt.get(incident.siteId)),
  }));
  return (
    <>
      <DataTable
        names={list.hasNextPage ? ['incident', 'newest incidents'] : ['incident', 'incidents']}
        rows={rows}
        columns={columnsOf(now)}
        idOf={({ incident }) => incident.id}
        textsOf={({ incident, client }) => [
          incidentTitle(incident),
          stateChip(incident).words,
          client ?? '',
          ...incident.cameras.map(({ name }) => name),
        ]}
        view={view}
        onView={onView}
        empty={
          <Empty icon="check" title="No incident yet">
            <p>While a site is armed, a person in front of a camera opens one.</p>
          </Empty>
        }
      />
      {list.hasNextPage && (
        <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Read earlier ones
        </Button>
      )}
    </>
  );
}

function columnsOf(now: number): readonly [Column<Row>, ...Column<Row>[]] {
  return [
    {
      key: 'what',
      label: 'Incident',
      value: ({ incident }) => incidentTitle(incident),
      cell: ({ incident }) => (
        <strong>
          <Link to="/incidents/$incidentId" params={{ incidentId: incident.id }} className="company-link">
            {incidentTitle(incident)}
          </Link>
        </strong>
      ),
    },
    {
      key: 'state',
      label: 'State',
      value: ({ incident }) => stateOrder[incident.state],
      cell: ({ incident }) => <StateChip incident={incident} />,
    },
    {
      key: 'at',
      label: 'Began',
      startsDown: true,
      value: ({ incident }) => incident.startAt,
      cell: ({ incident, zone }) => <span className="numbers">{moment(incident.startAt, zone, now)}</span>,
    },
    {
      key: 'length',
      label: 'Length',
      startsDown: true,
      value: ({ incident: { startAt, endAt } }) => (endAt ?? now) - startAt,
      cell: ({ incident }) => <span className="numbers quiet">{lengthWords(incident, now)}</span>,
    },
    {
      key: 'client',
      label: 'Client',
      value: ({ client }) => client,
      cell: ({ client }) => <ClientCell name={client} />,
    },
    {
      key: 'cameras',
      label: 'Cameras',
      isLong: true,
      value: ({ incident }) => noticedBy(incident),
      cell: ({ incident }) => noticedBy(incident),
    },
  ];
}
