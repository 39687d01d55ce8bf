// A table that is searched and sorted; where the window is narrow, the same rows as cards.

import './data-table.css';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icons.tsx';
import { isFound, type SortValue, sortedBy, type TableView } from './rows.ts';
import { useMedia } from './use-media.ts';
import { count } from './words.ts';

/** Rows drawn at a time: more at once is slow on a phone, and nobody reads it. */
const pageSize = 100;
/** From here on a table with all its columns fits beside the rail. */
const wideWindow = '(min-width: 1080px)';

export interface Column<R> {
  readonly key: string;
  readonly label: string;
  /** What it sorts by. */
  readonly value: (row: R) => SortValue;
  readonly cell: (row: R) => ReactNode;
  /** Largest or last first when it is chosen. */
  readonly startsDown?: boolean;
  /** On a card it has a line of its own. */
  readonly isLong?: boolean;
}

interface DataTableProps<R> {
  /** What a row is: "person", "people". */
  readonly names: readonly [one: string, many: string];
  readonly rows: readonly R[];
  /** The first is what the row is about, and the title of its card. */
  readonly columns: readonly [Column<R>, ...Column<R>[]];
  readonly idOf: (row: R) => string;
  /** Everything that searching looks at. */
  readonly textsOf: (row: R) => readonly string[];
  /** What can be done with a row. */
  readonly actions?: (row: R) => ReactNode;
  readonly view: TableView;
  readonly onView: (change: Partial<TableView>) => void;
  /** Shown where there is no row at all. */
  readonly empty: ReactNode;
}

export function DataTable<R>(props: DataTableProps<R>) {
  const { names, rows, columns, view, onView, textsOf, empty } = props;
  const [shown, setShown] = useState(pageSize);
  const wide = useMedia(wideWindow);
  const find = useDeferredValue(view.find);
  const column = columns.find(({ key }) => key === view.sort) ?? columns[0];
  const found = find.trim() === '' ? rows : rows.filter((row) => isFound(find, textsOf(row)));
  const drawn = sortedBy(found, column.value, view.down).slice(0, shown);
  if (rows.length === 0) return <div className="card">{empty}</div>;
  return (
    <div className="data">
      <div className="data-tools">
        <label className="data-find">
          <Icon name="search" size={18} />
          <input
            type="search"
            className="input"
            aria-label={`Search ${names[1]}`}
            placeholder="Search"
            value={view.find}
            onChange={(event) => onView({ find: event.target.value })}
          />
        </label>
        {!wide && <SortChoice {...{ columns, onView }} column={column} down={view.down} />}
        <p className="quiet small data-count" role="status">
          {found.length === rows.length
            ? count(rows.length, names[0], names[1])
            : `${found.length} of ${count(rows.length, names[0], names[1])}`}
        </p>
      </div>
      {drawn.length === 0 && (
        <div className="card data-none">
          <p className="quiet">
            Nothing fits “<span className="data-word">{find}</span>”.
          </p>
          <Button onClick={() => onView({ find: '' })}>Show all</Button>
        </div>
      )}
      {drawn.length > 0 &&
        (wide ? <Table {...props} rows={drawn} column={column} /> : <Cards {...props} rows={drawn} />)}
      {found.length > shown && (
        <Button onClick={() => setShown(shown + pageSize)}>
          Show {Math.min(pageSize, found.length - shown)} more
        </Button>
      )}
    </div>
  );
}

function Table<R>(props: DataTableProps<R> & { column: Column<R> }) {
  const { names, rows, columns, idOf, actions, view, onView, column } = props;
  return (
    <div className="card data-holder">
      <table className="data-table" aria-label={capital(names[1])}>
        <thead>
          <tr>
            {columns.map((one) => (
              <Heading
                key={one.key}
                column={one}
                direction={one.key !== column.key ? null : view.down ? 'down' : 'up'}
                onView={onView}
              />
            ))}
            {actions !== undefined && (
              <th>
                <span className="hidden-visually">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={idOf(row)}>
              {columns.map((one, index) =>
                index === 0 ? (
                  <th key={one.key} scope="row">
                    {one.cell(row)}
                  </th>
                ) : (
                  <td key={one.key}>{one.cell(row)}</td>
                ),
              )}
              {actions !== undefined && <td className="data-actions">{actions(row)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeadingProps<R> {
  readonly column: Column<R>;
  readonly direction: 'up' | 'down' | null;
  readonly onView: (change: Partial<TableView>) => void;
}

function Heading<R>({ column, direction, onView }: HeadingProps<R>) {
  const down = direction === null ? column.startsDown === true : direction === 'up';
  return (
    <th scope="col" aria-sort={direction === null ? 'none' : direction === 'up' ? 'ascending' : 'descending'}>
      <button type="button" className="data-sort" onClick={() => onView({ sort: column.key, down })}>
        {column.label}
        <span className="data-direction" data-direction={direction ?? 'none'}>
          <Icon name="sorted" size={15} />
        </span>
      </button>
    </th>
  );
}

function Cards<R>({ names, rows, columns, idOf, actions }: DataTableProps<R>) {
  const [title, ...facts] = columns;
  return (
    <ul className="data-cards" aria-label={capital(names[1])}>
      {rows.map((row) => (
        <li key={idOf(row)} className="card data-card">
          <div className="data-card-head">
            <div className="data-card-title">{title.cell(row)}</div>
            {actions?.(row)}
          </div>
          <dl className="data-facts">
            {facts.map((fact) => (
              <div key={fact.key} data-long={fact.isLong === true}>
                <dt>{fact.label}</dt>
                <dd>{fact.cell(row)}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}

interface SortChoiceProps<R> {
  readonly columns: readonly Column<R>[];
  readonly column: Column<R>;
  readonly down: boolean;
  readonly onView: (change: Partial<TableView>) => void;
}

function SortChoice<R>({ columns, column, down, onView }: SortChoiceProps<R>) {
  return (
    <div className="data-order">
      <select
        className="input"
        aria-label="Sort by"
        value={column.key}
        onChange={(event) => {
          const next = columns.find(({ key }) => key === event.target.value);
          if (next !== undefined) onView({ sort: next.key, down: next.startsDown === true });
        }}
      >
        {columns.map(({ key, label }) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="button button-plain button-icon"
        aria-label={down ? 'Descending: turn round' : 'Ascending: turn round'}
        title={down ? 'Descending' : 'Ascending'}
        onClick={() => onView({ sort: column.key, down: !down })}
      >
        <span className="data-direction" data-direction={down ? 'down' : 'up'}>
          <Icon name="sorted" size={18} />
        </span>
      </button>
    </div>
  );
}

function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
