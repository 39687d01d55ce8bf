// Home automation: whether the broker is there, and what to type where.

import { useQuery } from '@tanstack/react-query';
import type { Automation } from '../../src/http/contract/automation.ts';
import { Notice } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { Secret } from '../ui/secret.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { automationQuery } from './queries.ts';

export function AutomationSection() {
  const automation = useQuery(automationQuery);
  const broker = automation.data?.broker;
  return (
    <TitledSection
      look="section"
      title="Home automation"
      lead="Home Assistant and others see sites, cameras and incidents over MQTT, and may arm the sites that allow it."
      action={broker && <State connected={broker.connected} />}
    >
      <Problem error={automation.error} />
      {automation.isPending && <div className="skeleton section-skeleton" />}
      {broker === null && (
        <p className="quiet small">
          No broker is set. Whoever runs Vedette sets <code>VEDETTE_MQTT_URL</code>, for example to the broker
          that Home Assistant uses.
        </p>
      )}
      {broker && <Broker broker={broker} />}
    </TitledSection>
  );
}

function State({ connected }: { connected: boolean }) {
  return (
    <span className={`chip chip-${connected ? 'good' : 'bad'}`} role="status">
      {connected ? 'Connected' : 'Not connected'}
    </span>
  );
}

function Broker({ broker }: { broker: NonNullable<Automation['broker']> }) {
  const { connected, problem, topic, discoveryPrefix, snapshots } = broker;
  return (
    <>
      {!connected && (
        <Notice tone="bad">
          {problem ?? 'Vedette is connecting to the broker.'} It is tried again by itself; recording and
          alerts over other channels go on.
        </Notice>
      )}
      <Finding discoveryPrefix={discoveryPrefix} />
      <div className="automation-topic">
        <p className="small">
          Everything of this organization lies below this topic
          {snapshots ? ', pictures of unresolved incidents too' : ''}:
        </p>
        <Secret text={`${topic}/#`} label="Copy the topic" />
      </div>
    </>
  );
}

function Finding({ discoveryPrefix }: { discoveryPrefix: string | null }) {
  if (discoveryPrefix === null) {
    return <p className="small">Home Assistant is told nothing by itself: discovery is turned off.</p>;
  }
  return (
    <p className="small">
      In Home Assistant add the integration <strong>MQTT</strong> with the same broker
      {discoveryPrefix === 'homeassistant' ? '' : ` and the discovery prefix ${discoveryPrefix}`}. Sites and
      cameras then appear under Settings › Devices as <em>Vedette</em>.
    </p>
  );
}
