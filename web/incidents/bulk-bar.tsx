// What is done with the selected incidents, and what became of each.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Incident } from '../../src/http/contract/incidents.ts';
import { sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { showToast } from '../ui/toast.tsx';
import { count } from '../ui/words.ts';
import { acknowledgeMany } from './queries.ts';
import { bulkWords, incidentTitle } from './words.ts';

interface BulkBarProps {
  readonly selected: readonly Incident[];
  /** These are done: they are no longer selected. */
  readonly onDone: (incidentIds: readonly string[]) => void;
  readonly onClear: () => void;
}

export function BulkBar({ selected, onDone, onClear }: BulkBarProps) {
  const queryClient = useQueryClient();
  const act = useMutation({
    mutationFn: async (incidents: readonly Incident[]) => ({
      incidents,
      results: await acknowledgeMany(incidents.map(({ id }) => id)),
    }),
    onSuccess({ results }) {
      onDone(results.filter(({ problem }) => problem === null).map(({ incidentId }) => incidentId));
      // What went well goes away by itself; what did not stays until it was read.
      if (!hasRefused(results)) showToast('good', bulkWords(results));
    },
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: keys.incidents }),
        queryClient.invalidateQueries({ queryKey: keys.sites }),
      ]),
  });
  const refused = act.data !== undefined && !act.isPending && hasRefused(act.data.results) ? act.data : null;
  if (selected.length === 0 && refused === null && !act.isError) return null;
  return (
    <section className="bulk" aria-label="Selected incidents">
      <div role="status" className="bulk-results">
        {act.isError && <Notice tone="bad">{sentence(act.error)}</Notice>}
        {refused !== null && <BulkResults {...refused} onClose={() => act.reset()} />}
      </div>
      {selected.length > 0 && (
        <div className="bulk-bar">
          <strong className="numbers">{count(selected.length, 'incident')} selected</strong>
          <div className="spacer" />
          <Button look="ghost" onClick={onClear}>
            Clear
          </Button>
          <Button look="primary" icon="eye" busy={act.isPending} onClick={() => act.mutate(selected)}>
            Acknowledge
          </Button>
        </div>
      )}
    </section>
  );
}

type Results = Awaited<ReturnType<typeof acknowledgeMany>>;

function hasRefused(results: Results): boolean {
  return results.some(({ problem }) => problem !== null);
}

interface BulkResultsProps {
  readonly incidents: readonly Incident[];
  readonly results: Results;
  readonly onClose: () => void;
}

function BulkResults({ incidents, results, onClose }: BulkResultsProps) {
  const refused = results.filter(({ problem }) => problem !== null);
  const titles = new Map(incidents.map((incident) => [incident.id, incidentTitle(incident)]));
  return (
    <Notice tone="busy">
      <div className="bulk-words">
        <div>
          <strong>{bulkWords(results)}</strong>
          <ul className="bulk-refused small">
            {refused.map(({ incidentId, problem }) => (
              <li key={incidentId}>
                <strong>{titles.get(incidentId)}</strong>: {problem?.detail}
              </li>
            ))}
          </ul>
        </div>
        <IconButton icon="close" label="Dismiss" size="small" onClick={onClose} />
      </div>
    </Notice>
  );
}
