// Opening a resolved incident again.

import { sentence } from '../app/api.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { reopen } from './queries.ts';
import { useAct } from './use-act.ts';

export function IncidentReopen({ incidentId }: { incidentId: string }) {
  const act = useAct(incidentId, () => reopen(incidentId));
  return (
    <section className="card panel actions" aria-labelledby="reopen-title">
      <div className="actions-words">
        <h2 id="reopen-title">Not over after all?</h2>
        <p className="quiet small">
          Reopen it to look after it again. People are told again, and its footage that is still there is
          held.
        </p>
      </div>
      {act.isError && <Notice tone="bad">{sentence(act.error)}</Notice>}
      <div className="actions-buttons">
        <Button busy={act.isPending} onClick={() => act.mutate(undefined)}>
          Reopen
        </Button>
      </div>
    </section>
  );
}
