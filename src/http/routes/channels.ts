// Channels: where alerts go, and a test of each.

import { z } from 'zod';
import type { ListedChannel } from '../../core/alert/alert.ts';
import { addChannel, listChannels, removeChannel, testChannel } from '../../core/alert/channels.ts';
import { branded, type ChannelId } from '../../core/brand.ts';
import { callerFields, logSecurity } from '../../core/organization/security-log.ts';
import { Channel, ChannelCreated, ChannelInput, ChannelTestResult } from '../contract/channels.ts';
import { id } from '../contract/common.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { requireFewTests } from '../few-tests.ts';
import { channelTests, testAlertTimeoutMs } from '../limits.ts';
import { freshTopics } from '../topics.ts';
import { bare, memberRoute, type Route } from '../route.ts';
import { within } from '../within.ts';

const tag = 'channels';
const params = z.object({ channelId: id.transform((value) => branded<ChannelId>(value)) });

/** Channels: who is told, and by what. */
export function channelRoutes(deps: HttpDeps, settings: HttpSettings): readonly Route[] {
  return [listRoute(deps, settings), addRoute(deps, settings), removeRoute(deps), testRoute(deps, settings)];
}

function listRoute(deps: HttpDeps, settings: HttpSettings): Route {
  return memberRoute(
    // Where a company's alerts go is not for its clients to see.
    'manage-channels',
    {
      ...bare,
      method: 'get',
      path: paths.channels,
      summary: 'All channels.',
      tag,
      answer: { status: 200, description: 'The channels.', schema: z.array(Channel) },
    },
    async ({ caller }) => {
      const channels = await listChannels(deps, caller);
      return { json: channels.map((channel) => wireChannel(settings, channel)) };
    },
  );
}

function addRoute(deps: HttpDeps, settings: HttpSettings): Route {
  return memberRoute(
    'manage-channels',
    {
      ...bare,
      body: ChannelInput,
      method: 'post',
      path: paths.channels,
      summary: 'Adds a channel. The signing secret of a webhook is shown this once.',
      tag,
      answer: { status: 201, description: 'The channel.', schema: ChannelCreated },
      errors: ['channel-refused'],
    },
    async ({ caller, body, exchange: { peerAddress } }) => {
      const { channel, signingSecret } = await addChannel(deps, caller, body);
      const { id: channelId, kind } = channel;
      logSecurity(deps.log, 'channel-added', { peerAddress, ...callerFields(caller), channelId, kind });
      return { json: { ...wireChannel(settings, channel), signingSecret: signingSecret?.reveal() ?? null } };
    },
  );
}

function removeRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-channels',
    {
      ...bare,
      params,
      method: 'delete',
      path: paths.channel('{channelId}'),
      // Whoever takes a stolen session must not silence the alerts with it.
      summary: 'Removes a channel.',
      tag,
      asksProof: true,
      answer: { status: 204, description: 'Removed.' },
    },
    async ({ caller, params: { channelId }, exchange: { peerAddress } }) => {
      await removeChannel(deps, caller, { channelId });
      logSecurity(deps.log, 'channel-removed', { peerAddress, ...callerFields(caller), channelId });
      return null;
    },
  );
}

function testRoute(deps: HttpDeps, settings: HttpSettings): Route {
  return memberRoute(
    'manage-channels',
    {
      ...bare,
      params,
      method: 'post',
      path: paths.channelTest('{channelId}'),
      summary: 'Sends a test alert now and says what became of it.',
      tag,
      answer: { status: 200, description: 'What became of it.', schema: ChannelTestResult },
      errors: ['too-many-requests'],
    },
    async ({ caller, params: { channelId }, exchange }) => {
      await requireFewTests(deps.cache, `channel-tests/${caller.organizationId}`, channelTests);
      const { publicUrl } = settings;
      const result = await within(deps.clock, testAlertTimeoutMs, exchange.signal, (signal) =>
        testChannel(deps, caller, { channelId, publicUrl, signal }),
      );
      return {
        json: { outcome: result.outcome, problem: result.outcome === 'failed' ? result.reason : null },
      };
    },
  );
}

function wireChannel(settings: HttpSettings, channel: ListedChannel): z.output<typeof Channel> {
  const { id, name, kind, createdAt } = channel;
  return { id, name, kind, address: addressOf(settings, channel), createdAt };
}

function addressOf({ topics = freshTopics }: HttpSettings, channel: ListedChannel): string {
  switch (channel.kind) {
    case 'email':
      return channel.address;
    case 'webhook':
      return channel.url;
    case 'mqtt':
      return `${topics.prefix}/${channel.topic}`;
    case 'push':
      return channel.endpoint;
    default:
      return channel.number;
  }
}
