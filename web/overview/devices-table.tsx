// All cameras as a table, those that need a look first.

import { Link } from '@tanstack/react-router';
import type { Camera } from '../../src/http/contract/cameras.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { pictureWords, statusWords, type Tone } from '../camera/status.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/notice.tsx';
import type { TableView } from '../ui/rows.ts';
import { agoRoughly } from '../ui/words.ts';
import { type Client, clientsName } from './clients.ts';
import { ClientCell, SiteLink } from './standing-cells.tsx';

interface DevicesTableProps {
  readonly sites: readonly Site[];
  readonly cameras: readonly Camera[];
  readonly clientsAt: ReadonlyMap<string, readonly Client[]>;
  readonly now: number;
  readonly view: TableView;
  readonly onView: (change: Partial<TableView>) => void;
}

interface Row {
  readonly camera: Camera;
  readonly site: Site | undefined;
  readonly client: string | null;
  readonly tone: Tone;
  readonly words: string;
}

const urgency = { bad: 0, busy: 1, off: 2, good: 3 } as const satisfies Record<Tone, number>;

export function DevicesTable({ sites, cameras, clientsAt, now, view, onView }: DevicesTableProps) {
  const siteOf = new Map(sites.map((site) => [site.id, site]));
  const rows = cameras.map((camera) => ({
    camera,
    site: siteOf.get(camera.siteId),
    client: clientsName(clientsAt.get(camera.siteId)),
    ...statusWords(camera.status, now),
  }));
  return (
    <DataTable
      names={['camera', 'cameras']}
      rows={rows}
      columns={columnsOf(now)}
      idOf={({ camera }) => camera.id}
      textsOf={({ camera, site, client, words }) => [
        camera.name,
        site?.name ?? '',
        client ?? '',
        words,
        camera.status.problem?.detail ?? '',
      ]}
      view={view}
      onView={onView}
      empty={
        <Empty icon="camera" title="No camera yet">
          <p>Add a camera to a site: one of its network, a video file, or the demo camera.</p>
        </Empty>
      }
    />
  );
}

function columnsOf(now: number): readonly [Column<Row>, ...Column<Row>[]] {
  return [
    {
      key: 'camera',
      label: 'Camera',
      value: ({ camera }) => camera.name,
      cell: ({ camera }) => (
        <strong>
          <Link to="/cameras/$cameraId" params={{ cameraId: camera.id }} className="company-link">
            {camera.name}
          </Link>
        </strong>
      ),
    },
    {
      key: 'status',
      label: 'Status',
      value: ({ tone }) => urgency[tone],
      cell: ({ camera, tone, words }) => (
        <span className="company-state" title={camera.status.problem?.detail}>
          <span className={`dot dot-${tone}`} />
          {words}
        </span>
      ),
    },
    {
      key: 'site',
      label: 'Site',
      value: ({ site }) => site?.name ?? null,
      cell: ({ site }) => site !== undefined && <SiteLink site={site} />,
    },
    {
      key: 'client',
      label: 'Client',
      value: ({ client }) => client,
      cell: ({ client }) => <ClientCell name={client} />,
    },
    {
      key: 'since',
      label: 'Since',
      startsDown: true,
      value: ({ camera }) => camera.status.since,
      cell: ({ camera }) => <span className="numbers quiet">{agoRoughly(camera.status.since, now)}</span>,
    },
    {
      key: 'picture',
      label: 'Picture',
      isLong: true,
      startsDown: true,
      value: ({ camera: { status } }) => (status.picture === null ? null : status.picture.width),
      cell: ({ camera }) => (
        <span className="numbers quiet small">{pictureWords(camera.status, now) ?? 'None yet'}</span>
      ),
    },
  ];
}
