// "Not again like this": what alarmed is a thing in its place, which alarms no more.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { IncidentDetail } from '../../src/http/contract/incidents.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { send, sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';

/** Nothing where there is nothing to suppress: an intrusion, what only a sensor felt, or what is suppressed already. */
export function IncidentSuppress({ incident }: { incident: IncidentDetail }) {
  const [asking, setAsking] = useState(false);
  const queryClient = useQueryClient();
  const suppress = useMutation({
    mutationFn: () => send(paths.suppress(incident.id), { method: 'POST' }),
    onSuccess: async () => {
      setAsking(false);
      const changed = [keys.incident(incident.id), keys.incidents, keys.sites, ['suppressions']];
      await Promise.all(changed.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
    },
  });
  const isDone = incident.steps.some(({ action }) => action === 'suppressed');
  if (isDone || incident.resolution === 'intrusion' || incident.cameras.length === 0) return null;
  return (
    <>
      <Button icon="disarmed" data-wide onClick={() => setAsking(true)}>
        Not again like this…
      </Button>
      {asking && (
        <Dialog title="A thing, not somebody?" onClose={() => setAsking(false)}>
          <p>
            For a coat on its hook, a poster, a statue: what was seen alarms no more as long as it stays where
            it is. Whoever walks there is still found. The incident is a false alarm.
          </p>
          <p className="quiet small">You can take it back on the page with the camera’s zones.</p>
          {suppress.isError && <Notice tone="bad">{sentence(suppress.error)}</Notice>}
          <div className="dialog-actions">
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button look="primary" busy={suppress.isPending} onClick={() => suppress.mutate()}>
              Do not alarm again
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
