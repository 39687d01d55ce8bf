// What narrows the list of incidents: words, state and order at hand, the rest in a row or, on a phone, in a sheet.

import '../ui/data-table.css';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icons.tsx';
import { useMedia } from '../ui/use-media.ts';
import { FilterFields } from './filter-fields.tsx';
import { orderWords, stateWords } from './list-words.ts';
import { filterCount, type IncidentSearch, orders, shownStates, withoutFilters } from './search.ts';

/** From here on all filters fit in a row or two. */
const wideWindow = '(min-width: 800px)';

export interface ListToolsProps {
  readonly search: IncidentSearch;
  readonly onSearch: (search: IncidentSearch) => void;
}

export function ListTools({ search, onSearch }: ListToolsProps) {
  const wide = useMedia(wideWindow);
  const [open, setOpen] = useState(false);
  const narrowed = filterCount(search);
  return (
    <search className="list-tools">
      <div className="list-tools-main">
        <label className="data-find">
          <Icon name="search" size={18} />
          <input
            type="search"
            className="input"
            aria-label="Search sites and cameras"
            placeholder="Site or camera"
            value={search.find ?? ''}
            onChange={({ target: { value } }) =>
              onSearch({ ...search, find: value === '' ? undefined : value })
            }
          />
        </label>
        <select
          className="input list-select"
          aria-label="State"
          value={search.order === 'waiting' ? 'open' : (search.show ?? 'unresolved')}
          disabled={search.order === 'waiting'}
          onChange={({ target: { value } }) =>
            onSearch({ ...search, show: shownStates.find((one) => one === value && one !== 'unresolved') })
          }
        >
          {shownStates.map((state) => (
            <option key={state} value={state}>
              {stateWords[state]}
            </option>
          ))}
        </select>
        <select
          className="input list-select"
          aria-label="Sort by"
          value={search.order ?? 'newest'}
          onChange={({ target: { value } }) =>
            onSearch({ ...search, order: orders.find((one) => one === value && one !== 'newest') })
          }
        >
          {orders.map((order) => (
            <option key={order} value={order}>
              {orderWords[order]}
            </option>
          ))}
        </select>
        {!wide && (
          <Button icon="filter" aria-haspopup="dialog" onClick={() => setOpen(true)}>
            {narrowed > 0 ? `Filters (${narrowed})` : 'Filters'}
          </Button>
        )}
        {narrowed > 0 && (
          <Button look="ghost" icon="close" onClick={() => onSearch(withoutFilters(search))}>
            Clear filters
          </Button>
        )}
      </div>
      {wide && (
        <div className="list-tools-more">
          <FilterFields {...{ search, onSearch }} />
        </div>
      )}
      {open && !wide && (
        <Dialog title="Filters" onClose={() => setOpen(false)}>
          <FilterFields {...{ search, onSearch }} labelled />
          <div className="dialog-actions">
            <Button onClick={() => onSearch(withoutFilters(search))}>Clear</Button>
            <Button look="primary" onClick={() => setOpen(false)}>
              Show incidents
            </Button>
          </div>
        </Dialog>
      )}
    </search>
  );
}
