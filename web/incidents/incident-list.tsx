// The list of incidents: a page at a time, with what is selected in it. Live updates change rows in their places.

import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { Incident } from '../../src/http/contract/incidents.ts';
import { sentence } from '../app/api.ts';
import { may } from '../app/may.ts';
import { sitesQuery } from '../overview/queries.ts';
import { meQuery } from '../session/queries.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Empty, Notice } from '../ui/notice.tsx';
import { useNow } from '../ui/use-now.ts';
import { day } from '../ui/words.ts';
import { BulkBar } from './bulk-bar.tsx';
import { IncidentRow } from './incident-row.tsx';
import { focusRow, listAct } from './list-keys.ts';
import type { ListToolsProps } from './list-tools.tsx';
import { incidentPageQuery } from './queries.ts';
import { filterCount, type IncidentSearch, queryOf, withoutFilters } from './search.ts';
import { allOf, nothingSelected, ranged, type Selection, toggled, without } from './selection.ts';

export function IncidentList({ search, onSearch }: ListToolsProps) {
  const { data: me } = useSuspenseQuery(meQuery);
  const list = useInfiniteQuery(incidentPageQuery(queryOf(search, me)));
  const [selection, setSelection] = useState(nothingSelected);
  if (list.isPending) return <ListSkeleton />;
  if (list.isError) return <Notice tone="bad">{sentence(list.error)}</Notice>;
  const incidents = unique(list.data.pages.flat());
  if (incidents.length === 0) return <NoIncident {...{ search, onSearch }} />;
  const selected = incidents.filter(({ id }) => selection.ids.has(id));
  return (
    <div className="list-body" aria-busy={list.isPlaceholderData}>
      <Rows
        {...{ incidents, selection }}
        // By day only where the days follow each other.
        byDay={search.order === undefined || search.order === 'oldest'}
        onSelect={may(me, 'resolve') ? setSelection : null}
      />
      {list.hasNextPage && (
        <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      )}
      <BulkBar
        selected={selected}
        onDone={(ids) => setSelection((now) => without(now, ids))}
        onClear={() => setSelection(nothingSelected)}
      />
    </div>
  );
}

/** One that moved between two pages while they were read stands once. */
function unique(incidents: readonly Incident[]): readonly Incident[] {
  return [...new Map(incidents.map((incident) => [incident.id, incident])).values()];
}

interface RowsProps {
  readonly incidents: readonly Incident[];
  readonly selection: Selection;
  readonly byDay: boolean;
  /** Null where nothing can be done with a selection. */
  readonly onSelect: ((selection: Selection) => void) | null;
}

function Rows({ incidents, selection, byDay, onSelect }: RowsProps) {
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const now = useNow(1000);
  const holder = useRef<HTMLDivElement>(null);
  const shown = incidents.map(({ id }) => id);
  const zones = new Map(sites.map(({ id, timeZone }) => [id, timeZone]));
  const zoneOf = ({ siteId }: Incident) => zones.get(siteId) ?? 'UTC';
  const days = Map.groupBy(incidents, (one) => (byDay ? day(one.startAt, zoneOf(one), now) : ''));

  function press(event: KeyboardEvent, id: string) {
    const act = listAct(event);
    if (act === null || holder.current === null || !(event.target instanceof Element)) return;
    // A check box is toggled by the space bar itself.
    if (event.key === ' ' && event.target.matches('input')) return;
    if (act !== 'next' && act !== 'previous' && onSelect === null) return;
    event.preventDefault();
    if (act === 'next' || act === 'previous') focusRow(holder.current, event.target, act === 'next' ? 1 : -1);
    if (act === 'toggle') onSelect?.(toggled(selection, id));
    if (act === 'range') onSelect?.(ranged(selection, id, shown));
    if (act === 'all') onSelect?.(allOf(shown));
    if (act === 'clear') onSelect?.(nothingSelected);
  }

  return (
    <div ref={holder} className="list-days">
      {[...days].map(([name, ones]) => (
        <section key={name} className="incident-day">
          {name !== '' && <h2>{name}</h2>}
          <ul className="card incident-list">
            {ones.map((incident) => (
              <li
                key={incident.id}
                data-row
                data-selected={selection.ids.has(incident.id)}
                className="list-row"
                onKeyDown={(event) => press(event, incident.id)}
              >
                {onSelect !== null && (
                  <RowTick
                    incident={incident}
                    checked={selection.ids.has(incident.id)}
                    onToggle={(isRange) =>
                      onSelect(
                        isRange ? ranged(selection, incident.id, shown) : toggled(selection, incident.id),
                      )
                    }
                  />
                )}
                <IncidentRow
                  incident={incident}
                  zone={zoneOf(incident)}
                  now={now}
                  withDay={!byDay}
                  detailed
                />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

interface RowTickProps {
  readonly incident: Incident;
  readonly checked: boolean;
  readonly onToggle: (isRange: boolean) => void;
}

function RowTick({ incident, checked, onToggle }: RowTickProps) {
  const shift = useRef(false);
  return (
    <label className="list-tick">
      <span className="hidden-visually">
        Select the incident at {incident.siteName}, {incident.state}
      </span>
      <input
        type="checkbox"
        checked={checked}
        onClick={(event) => {
          shift.current = event.shiftKey;
        }}
        onChange={() => onToggle(shift.current)}
      />
    </label>
  );
}

function NoIncident({ search, onSearch }: { search: IncidentSearch } & ListToolsProps) {
  const { data: me } = useSuspenseQuery(meQuery);
  const isNarrowed = filterCount(search) > 0 || search.find !== undefined;
  if (isNarrowed) {
    return (
      <div className="card">
        <Empty icon="search" title="Nothing fits">
          <p>No incident fits all of these filters.</p>
          <Button onClick={() => onSearch(withoutFilters(search))}>Clear the filters</Button>
        </Empty>
      </div>
    );
  }
  return (
    <div className="card">
      {search.show === 'all' ? (
        <Empty icon="incidents" title="No incident yet">
          <p>
            {may(me, 'arm') ? 'Arm a site on the overview: from then on,' : 'While a site is armed,'} who is
            where its cameras watch, or at a door with a sensor, opens an incident.
          </p>
          <Link to="/" className={buttonClass('primary')}>
            Go to the overview
          </Link>
        </Empty>
      ) : (
        <Empty icon="check" title="All clear">
          <p>
            No incident needs a look. When somebody is seen while a site is armed, it appears here with its
            clip.
          </p>
          <Link to="/incidents" search={{ show: 'all' }} className={buttonClass('plain')}>
            Show earlier incidents
          </Link>
        </Empty>
      )}
    </div>
  );
}

function ListSkeleton() {
  return (
    <div className="card incident-list" role="status" aria-label="Loading">
      {[1, 2, 3, 4].map((row) => (
        <div key={row} className="incident-row">
          <span className="incident-thumb skeleton" />
          <span className="incident-words stack">
            <span className="skeleton line-skeleton" />
            <span className="skeleton line-skeleton line-short" />
          </span>
        </div>
      ))}
    </div>
  );
}
