// Adding a channel; a webhook's signing secret is shown once, here.

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { type ChannelCreated, ChannelInput } from '../../src/http/contract/channels.ts';
import { sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { check, type FieldErrors, fieldsOf, focusFirstError } from '../ui/form.ts';
import { Icon } from '../ui/icons.tsx';
import { Notice } from '../ui/notice.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { addChannel } from './queries.ts';

export function AddChannel({ onClose }: { onClose: () => void }) {
  const [created, setCreated] = useState<ChannelCreated | null>(null);
  if (created?.signingSecret != null) {
    return (
      <Dialog title="Webhook added" onClose={onClose}>
        <SigningSecret secret={created.signingSecret} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title="Add a channel" onClose={onClose}>
      <ChannelForm
        onCancel={onClose}
        onCreated={(channel) => (channel.signingSecret === null ? onClose() : setCreated(channel))}
      />
    </Dialog>
  );
}

interface ChannelFormProps {
  readonly onCancel: () => void;
  readonly onCreated: (channel: ChannelCreated) => void;
}

function ChannelForm({ onCancel, onCreated }: ChannelFormProps) {
  const queryClient = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [kind, setKind] = useState<ChannelInput['kind']>('email');
  const [name, setName] = useState('');
  const [address, setAddress] = useState('');
  const [fields, setFields] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const target = kind === 'email' ? { kind, address: address.trim() } : { kind, url: address.trim() };
    const checked = check(ChannelInput, { ...target, name });
    setFields(checked.ok ? {} : checked.fields);
    setProblem(null);
    if (!checked.ok) return focusFirstError(form.current);
    setBusy(true);
    try {
      const created = await addChannel(checked.value);
      await queryClient.invalidateQueries({ queryKey: keys.channels });
      onCreated(created);
    } catch (error) {
      setFields(fieldsOf(error));
      setProblem(sentence(error));
      setBusy(false);
    }
  }

  return (
    <form ref={form} className="stack" noValidate onSubmit={(event) => void submit(event)}>
      <Segmented
        legend="Kind of channel"
        value={kind}
        onChange={(next) => {
          setKind(next);
          setFields({});
        }}
        options={[
          { value: 'email', label: 'E-mail', face: <Face icon="mail" word="E-mail" /> },
          { value: 'webhook', label: 'Webhook', face: <Face icon="webhook" word="Webhook" /> },
        ]}
      />
      <TextField
        label="Name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        placeholder={kind === 'email' ? 'Ada’s mailbox' : 'Control room'}
        error={fields.name}
      />
      {kind === 'email' ? (
        <TextField
          key="email"
          label="E-mail address"
          type="email"
          inputMode="email"
          value={address}
          onChange={(event) => setAddress(event.target.value)}
          autoComplete="email"
          error={fields.address}
        />
      ) : (
        <TextField
          key="webhook"
          label="Address"
          inputMode="url"
          autoCapitalize="none"
          spellCheck={false}
          value={address}
          onChange={(event) => setAddress(event.target.value)}
          placeholder="https://example.org/hooks/vedette"
          hint="Every alert is sent there as signed JSON (POST)."
          error={fields.url}
        />
      )}
      {problem !== null && <Notice tone="bad">{problem}</Notice>}
      <div className="dialog-actions">
        <Button onClick={onCancel}>Cancel</Button>
        <Button look="primary" type="submit" busy={busy}>
          Add channel
        </Button>
      </div>
    </form>
  );
}

function Face({ icon, word }: { icon: 'mail' | 'webhook'; word: string }) {
  return (
    <>
      <Icon name={icon} size={17} />
      {word}
    </>
  );
}

function SigningSecret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  async function copy() {
    try {
      await navigator.clipboard.writeText(secret);
      setCopied(true);
    } catch {
      // Not offered outside of https and localhost: the text can be selected.
    }
  }
  return (
    <>
      <p>
        The receiver checks with this secret that an alert comes from Vedette and was not changed. It is shown
        only this once.
      </p>
      <div className="secret">
        <code>{secret}</code>
        <Button size="small" icon={copied ? 'check' : 'copy'} onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy'}
        </Button>
      </div>
      <div className="dialog-actions">
        <Button look="primary" onClick={onClose}>
          I have kept it
        </Button>
      </div>
    </>
  );
}
