// Alerts: the channels over which people are told.

import '../organization/organization.css';
import './channels.css';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Channel } from '../../src/http/contract/channels.ts';
import { sentence } from '../app/api.ts';
import { NotAllowedPage } from '../app/fallbacks.tsx';
import { may } from '../app/may.ts';
import { keys } from '../app/query-keys.ts';
import { meQuery } from '../session/queries.ts';
import { Button, buttonClass, IconButton } from '../ui/button.tsx';
import { channelIcons } from '../ui/channel-kinds.ts';
import { Clamped } from '../ui/clamped.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icons.tsx';
import { Empty, Notice } from '../ui/notice.tsx';
import { AddChannel } from './add-channel.tsx';
import { EscalationSection } from './escalation-section.tsx';
import { channelsQuery, deleteChannel, testChannel } from './queries.ts';

export function AlertsPage() {
  const { data: me } = useSuspenseQuery(meQuery);
  return may(me, 'manage-channels') ? <Channels /> : <NotAllowedPage what="where alerts go" />;
}

function Channels() {
  const channels = useQuery(channelsQuery);
  const [adding, setAdding] = useState(false);
  return (
    <div className="page page-narrow">
      <title>Alerts · Vedette</title>
      <header className="page-head">
        <h1>Alerts</h1>
        <Link to="/my-alerts" className={buttonClass()}>
          <Icon name="bell" size={18} />
          My alerts
        </Link>
      </header>
      <p className="quiet channels-lead">
        When an incident opens, people are told in the order below, each by the channels they chose, and the
        shared channels are told at once.
      </p>
      <EscalationSection />
      <header className="channels-head">
        <div>
          <h2>Shared channels</h2>
          <p className="quiet small">
            Told within a second of every incident, with a picture and a link to the clip.
          </p>
        </div>
        <Button icon="plus" onClick={() => setAdding(true)}>
          Add channel
        </Button>
      </header>
      {channels.isPending && <div className="skeleton channels-skeleton" />}
      {channels.isError && <Notice tone="bad">{sentence(channels.error)}</Notice>}
      {channels.data?.length === 0 && (
        <div className="card">
          <Empty icon="bell" title="No shared channel yet">
            <p>Add an e-mail address, or a webhook for a chat, a smart home or a control room.</p>
            <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
              Add the first channel
            </Button>
          </Empty>
        </div>
      )}
      {channels.data !== undefined && channels.data.length > 0 && (
        <ul className="card channel-list">
          {channels.data.map((channel) => (
            <li key={channel.id}>
              <ChannelRow channel={channel} />
            </li>
          ))}
        </ul>
      )}
      {adding && <AddChannel onClose={() => setAdding(false)} />}
    </div>
  );
}

function ChannelRow({ channel }: { channel: Channel }) {
  const [deleting, setDeleting] = useState(false);
  const test = useMutation({ mutationFn: () => testChannel(channel.id) });
  return (
    <>
      <div className="channel">
        <span className="channel-icon">
          <Icon name={channelIcons[channel.kind]} size={21} />
        </span>
        <span className="channel-words">
          <strong title={channel.name}>{channel.name}</strong>
          <span className="quiet small" title={channel.address}>
            {channel.address}
          </span>
        </span>
        <span className="channel-buttons">
          <Button
            size="small"
            icon="send"
            busy={test.isPending}
            aria-label={`Test ${channel.name}`}
            onClick={() => test.mutate()}
          >
            Test
          </Button>
          <IconButton
            icon="trash"
            size="small"
            label={`Delete ${channel.name}`}
            onClick={() => setDeleting(true)}
          />
        </span>
      </div>
      <div className="channel-result" aria-live="polite">
        {test.isError && <Notice tone="bad">{sentence(test.error)}</Notice>}
        {test.data?.outcome === 'failed' && (
          <Notice tone="bad">{test.data.problem ?? 'The test alert could not be handed over.'}</Notice>
        )}
        {test.data?.outcome === 'handed-over' && (
          <Notice tone="good">The test alert was handed over. Look whether it arrived.</Notice>
        )}
      </div>
      {deleting && <Deletion channel={channel} onClose={() => setDeleting(false)} />}
    </>
  );
}

function Deletion({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteChannel(channel.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.channels });
      onClose();
    },
  });
  return (
    <Dialog title={`Delete ${channel.name}?`} onClose={onClose}>
      <p>Incidents are no longer told to this address:</p>
      <p className="quiet small">
        <Clamped>{channel.address}</Clamped>
      </p>
      {remove.isError && <Notice tone="bad">{sentence(remove.error)}</Notice>}
      <div className="dialog-actions">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          Delete
        </Button>
      </div>
    </Dialog>
  );
}
