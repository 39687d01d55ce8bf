// Asking for help: the next people are told at once.

import { useState } from 'react';
import type { IncidentDetail } from '../../src/http/contract/incidents.ts';
import { sentence } from '../app/api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { showToast } from '../ui/toast.tsx';
import { escalate } from './queries.ts';
import { useAct } from './use-act.ts';
import { helpWords } from './words.ts';

export function IncidentEscalate({ incidentId }: { incidentId: string }) {
  const [isAsking, setAsking] = useState(false);
  const act = useAct(incidentId, () => escalate(incidentId));
  const close = () => setAsking(false);
  // Where there is nobody who could be told, whoever waits for help must learn it now.
  const asked = (after: IncidentDetail) => {
    close();
    const said = helpWords(after);
    if (said !== null) showToast('incident', said);
  };
  return (
    <>
      <Button icon="bell" onClick={() => setAsking(true)}>
        Escalate
      </Button>
      {isAsking && (
        <Dialog title="Ask for help?" onClose={close}>
          <p>
            The next people of the escalation chain are told now, whatever the hour. The incident counts as
            serious.
          </p>
          {act.isError && <Notice tone="bad">{sentence(act.error)}</Notice>}
          <div className="dialog-actions">
            <Button onClick={close}>Cancel</Button>
            <Button
              look="primary"
              busy={act.isPending}
              onClick={() => act.mutate(undefined, { onSuccess: asked })}
            >
              Tell them now
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
