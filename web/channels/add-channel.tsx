// Adding a channel; a webhook's signing secret is shown once, here.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ChangeEvent, useState } from 'react';
import { ChannelInput } from '../../src/http/contract/channels.ts';
import { keys } from '../app/query-keys.ts';
import { automationQuery } from '../organization/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import type { FieldErrors } from '../ui/form.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Icon } from '../ui/icons.tsx';
import { Secret } from '../ui/secret.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { addChannel } from './queries.ts';

export function AddChannel({ onClose }: { onClose: () => void }) {
  const [secret, setSecret] = useState<string | null>(null);
  if (secret === null) return <ChannelForm onClose={onClose} onSecret={setSecret} />;
  return (
    <Dialog once title="Webhook added" onClose={onClose}>
      <SigningSecret secret={secret} onClose={onClose} />
    </Dialog>
  );
}

interface ChannelFormProps {
  readonly onClose: () => void;
  /** Called instead of `onClose` where there is a secret to be kept. */
  readonly onSecret: (secret: string) => void;
}

function ChannelForm({ onClose, onSecret }: ChannelFormProps) {
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<ChannelInput['kind']>('email');
  const [name, setName] = useState('');
  const [address, setAddress] = useState('');
  const target = address.trim();

  async function add(input: ChannelInput) {
    const { signingSecret } = await addChannel(input);
    await queryClient.invalidateQueries({ queryKey: keys.channels });
    if (signingSecret === null) onClose();
    else onSecret(signingSecret);
  }

  return (
    <FormDialog
      title="Add a channel"
      action="Add channel"
      schema={ChannelInput}
      input={inputOf(kind, name, target)}
      send={add}
      onClose={onClose}
    >
      {(fields) => (
        <>
          <Segmented
            legend="Kind of channel"
            value={kind}
            onChange={setKind}
            options={[
              { value: 'email', label: 'E-mail', face: <Face icon="mail" word="E-mail" /> },
              { value: 'webhook', label: 'Webhook', face: <Face icon="webhook" word="Webhook" /> },
              { value: 'mqtt', label: 'MQTT', face: <Face icon="topic" word="MQTT" /> },
            ]}
          />
          <TextField
            label="Name"
            value={name}
            onChange={(event) => setName(event.target.value)}
            placeholder={namePlaceholders[kind]}
            error={fields.name}
          />
          <AddressField kind={kind} value={address} onValue={setAddress} fields={fields} />
        </>
      )}
    </FormDialog>
  );
}

const namePlaceholders = {
  email: 'Ada’s mailbox',
  webhook: 'Control room',
  mqtt: 'Home automation',
} as const satisfies Record<ChannelInput['kind'], string>;

function inputOf(kind: ChannelInput['kind'], name: string, target: string): ChannelInput {
  switch (kind) {
    case 'email':
      return { kind, name, address: target };
    case 'webhook':
      return { kind, name, url: target };
    case 'mqtt':
      return { kind, name, topic: target };
  }
}

interface AddressFieldProps {
  readonly kind: ChannelInput['kind'];
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly fields: FieldErrors;
}

function AddressField({ kind, value, onValue, fields }: AddressFieldProps) {
  const shared = { value, onChange: (event: ChangeEvent<HTMLInputElement>) => onValue(event.target.value) };
  if (kind === 'mqtt') return <TopicField key="mqtt" {...shared} error={fields.topic} />;
  return kind === 'email' ? (
    <TextField
      key="email"
      {...shared}
      label="E-mail address"
      type="email"
      inputMode="email"
      autoComplete="email"
      error={fields.address}
    />
  ) : (
    <TextField
      key="webhook"
      {...shared}
      label="Address"
      inputMode="url"
      autoCapitalize="none"
      spellCheck={false}
      placeholder="https://example.org/hooks/vedette"
      hint="Every alert is sent there as signed JSON (POST)."
      error={fields.url}
    />
  );
}

interface TopicFieldProps {
  readonly value: string;
  readonly onChange: (event: ChangeEvent<HTMLInputElement>) => void;
  readonly error: string | undefined;
}

/** Shows the whole topic: what is typed is only its end. */
function TopicField({ value, onChange, error }: TopicFieldProps) {
  const { data } = useQuery(automationQuery);
  const hint =
    data?.broker == null
      ? 'No MQTT broker is set. Whoever runs Vedette sets VEDETTE_MQTT_URL.'
      : `Every alert is published there as JSON: ${data.broker.topic}/alerts/${value.trim() || 'kitchen'}`;
  return (
    <TextField
      value={value}
      onChange={onChange}
      label="Topic"
      autoCapitalize="none"
      spellCheck={false}
      placeholder="kitchen"
      hint={hint}
      error={error}
    />
  );
}

function Face({ icon, word }: { icon: 'mail' | 'webhook' | 'topic'; word: string }) {
  return (
    <>
      <Icon name={icon} size={17} />
      {word}
    </>
  );
}

function SigningSecret({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <>
      <p>
        The receiver checks with this secret that an alert comes from Vedette and was not changed. It is shown
        only this once.
      </p>
      <Secret text={secret} label="Copy the secret" />
      <div className="dialog-actions">
        <Button look="primary" onClick={onClose}>
          I have kept it
        </Button>
      </div>
    </>
  );
}
