// All incidents: filtered and in an order, selected and acknowledged many at a time.

import './incidents.css';
import './list.css';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import { IncidentList } from './incident-list.tsx';
import { ListTools } from './list-tools.tsx';
import type { IncidentSearch } from './search.ts';

export function IncidentsPage() {
  const search = useSearch({ from: '/inside/incidents' });
  const navigate = useNavigate({ from: '/incidents' });
  // While somebody types, the list follows without holding up the letters.
  const shown = useDeferredValue(search);
  const onSearch = (next: IncidentSearch) =>
    void navigate({ search: next, replace: true, resetScroll: false });
  return (
    <div className="page incidents-page">
      <title>Incidents · Vedette</title>
      <header className="page-head">
        <h1>Incidents</h1>
      </header>
      <ListTools {...{ search, onSearch }} />
      <IncidentList search={shown} onSearch={onSearch} />
    </div>
  );
}
