// What a person does about an incident: look after it, then say what it was.

import type { IncidentDetail, ResolveInput } from '../../src/http/contract/incidents.ts';
import { sentence } from '../app/api.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { IncidentAssign } from './incident-assign.tsx';
import { IncidentDevices } from './incident-devices.tsx';
import { IncidentEscalate } from './incident-escalate.tsx';
import { IncidentNote } from './incident-note.tsx';
import { IncidentReopen } from './incident-reopen.tsx';
import { IncidentSuppress } from './incident-suppress.tsx';
import { acknowledge, resolve } from './queries.ts';
import { useAct } from './use-act.ts';

type Action = 'acknowledge' | ResolveInput['resolution'];

export function IncidentActions({ incident }: { incident: IncidentDetail }) {
  const act = useAct(incident.id, (action: Action) =>
    action === 'acknowledge' ? acknowledge(incident.id) : resolve(incident.id, action),
  );
  if (incident.state === 'resolved') return <IncidentReopen incidentId={incident.id} />;
  const busy = (action: Action) => act.isPending && act.variables === action;
  return (
    <section className="card panel actions" aria-labelledby="actions-title">
      <div className="actions-words">
        <h2 id="actions-title">{incident.state === 'open' ? 'What is it?' : 'What was it?'}</h2>
        <p className="quiet small">
          {incident.state === 'open'
            ? 'Acknowledge to show the others that you look after it, or say at once what it was.'
            : 'Say what it was to resolve the incident. Its footage stays until it expires.'}
        </p>
      </div>
      {act.isError && <Notice tone="bad">{sentence(act.error)}</Notice>}
      <div className="actions-buttons">
        {incident.state === 'open' && (
          <Button
            look="primary"
            icon="eye"
            busy={busy('acknowledge')}
            disabled={act.isPending}
            onClick={() => act.mutate('acknowledge')}
          >
            Acknowledge
          </Button>
        )}
        <Button
          look="danger"
          icon="warning"
          busy={busy('intrusion')}
          disabled={act.isPending}
          onClick={() => act.mutate('intrusion')}
        >
          Intrusion
        </Button>
        <Button
          icon="check"
          busy={busy('false-alarm')}
          disabled={act.isPending}
          onClick={() => act.mutate('false-alarm')}
        >
          False alarm
        </Button>
        <Button busy={busy('test')} disabled={act.isPending} onClick={() => act.mutate('test')}>
          Just a test
        </Button>
        <IncidentEscalate incidentId={incident.id} />
        <IncidentSuppress incident={incident} />
      </div>
      <IncidentDevices incident={incident} />
      <IncidentAssign incident={incident} />
      <IncidentNote incidentId={incident.id} />
    </section>
  );
}
