// Channels: where alerts go, and the intentions on them.

import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import {
  Channel,
  ChannelCreated,
  type ChannelInput,
  ChannelTestResult,
} from '../../src/http/contract/channels.ts';
import { Chain, type Level } from '../../src/http/contract/escalation.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { request, send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';

export const channelsQuery = queryOptions({
  queryKey: keys.channels,
  queryFn: ({ signal }) => request(z.array(Channel), paths.channels, { signal }),
});

/** The chain of a site, or of all that have none of their own. */
export function chainQuery(siteId: string | null) {
  return queryOptions({
    queryKey: keys.chain(siteId),
    queryFn: ({ signal }) => request(Chain, chainPath(siteId), { signal }),
  });
}

export function changeChain(siteId: string | null, levels: Level[]): Promise<Chain> {
  return request(Chain, chainPath(siteId), { method: 'PUT', body: { levels } });
}

export function resetChain(siteId: string | null): Promise<Chain> {
  return request(Chain, chainPath(siteId), { method: 'DELETE' });
}

function chainPath(siteId: string | null): string {
  return siteId === null ? paths.escalation : paths.siteEscalation(siteId);
}

export function addChannel(input: ChannelInput): Promise<ChannelCreated> {
  return request(ChannelCreated, paths.channels, { method: 'POST', body: input });
}

export function deleteChannel(channelId: string): Promise<void> {
  return send(paths.channel(channelId), { method: 'DELETE' });
}

export function testChannel(channelId: string): Promise<ChannelTestResult> {
  return request(ChannelTestResult, paths.channelTest(channelId), { method: 'POST' });
}
