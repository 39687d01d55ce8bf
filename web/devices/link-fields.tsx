// How a device is reached: the fields of a webhook, or of MQTT.

import { useQuery } from '@tanstack/react-query';
import { automationQuery } from '../organization/queries.ts';
import { TextField } from '../ui/field.tsx';
import type { FieldErrors } from '../ui/form.ts';
import { Notice } from '../ui/notice.tsx';
import { Segmented } from '../ui/segmented.tsx';
import type { DeviceDraft } from './draft.ts';

interface LinkFieldsProps {
  /** How it is reached is chosen once. */
  readonly isNew: boolean;
  readonly draft: DeviceDraft;
  readonly fields: FieldErrors;
  readonly onChange: (more: Partial<DeviceDraft>) => void;
}

export function LinkFields({ isNew, draft, fields, onChange }: LinkFieldsProps) {
  const isSensor = draft.choice === 'opening' || draft.choice === 'motion';
  return (
    <>
      {isNew && (
        <Segmented
          legend="How it is reached"
          value={draft.via}
          onChange={(via) => onChange({ via })}
          options={[
            { value: 'webhook', label: 'Webhook' },
            { value: 'mqtt', label: 'MQTT' },
          ]}
        />
      )}
      {draft.via === 'mqtt' ? (
        <MqttFields {...{ draft, fields, onChange, isSensor }} />
      ) : isSensor ? (
        isNew && (
          <p className="quiet small">
            The sensor calls Vedette. You get the address and a secret to sign with.
          </p>
        )
      ) : (
        <TextField
          label="Address"
          inputMode="url"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="https://siren.example.org/"
          hint="It gets signed JSON (POST), and says with 2xx that it does it."
          value={draft.url}
          error={fields['link.url'] ?? fields.link}
          onChange={(event) => onChange({ url: event.target.value })}
        />
      )}
    </>
  );
}

function MqttFields({
  draft,
  fields,
  onChange,
  isSensor,
}: Omit<LinkFieldsProps, 'isNew'> & { readonly isSensor: boolean }) {
  const { data } = useQuery(automationQuery);
  const plain = { autoCapitalize: 'none', spellCheck: false } as const;
  return (
    <>
      {data?.broker === null && (
        <Notice tone="info">No MQTT broker is set. Whoever runs Vedette sets VEDETTE_MQTT_URL.</Notice>
      )}
      {!isSensor && (
        <TextField
          {...plain}
          label="Topic for commands"
          placeholder="zigbee2mqtt/siren/set"
          value={draft.commandTopic}
          error={fields['link.commandTopic']}
          onChange={(event) => onChange({ commandTopic: event.target.value })}
        />
      )}
      <TextField
        {...plain}
        label="Topic of its state"
        placeholder={isSensor ? 'zigbee2mqtt/front door' : 'zigbee2mqtt/siren'}
        hint={isSensor ? undefined : 'It must say within 5 seconds that it is on.'}
        value={draft.stateTopic}
        error={fields['link.stateTopic']}
        onChange={(event) => onChange({ stateTopic: event.target.value })}
      />
      <TextField
        {...plain}
        label="Name of the value, where the state is JSON"
        optional
        placeholder={draft.choice === 'motion' ? 'occupancy' : isSensor ? 'contact' : 'state'}
        value={draft.stateField}
        error={fields['link.stateField']}
        onChange={(event) => onChange({ stateField: event.target.value })}
      />
      <div className="device-pair">
        <TextField
          {...plain}
          label={isSensor ? (draft.choice === 'motion' ? 'Says at motion' : 'Says when open') : 'On is'}
          value={draft.onText}
          error={fields['link.onText']}
          onChange={(event) => onChange({ onText: event.target.value })}
        />
        <TextField
          {...plain}
          label={isSensor ? (draft.choice === 'motion' ? 'Says without' : 'Says when closed') : 'Off is'}
          value={draft.offText}
          error={fields['link.offText']}
          onChange={(event) => onChange({ offText: event.target.value })}
        />
      </div>
    </>
  );
}
