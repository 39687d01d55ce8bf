// Channels: where alerts go, and the intentions on them.

import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import {
  Channel,
  ChannelCreated,
  type ChannelInput,
  ChannelTestResult,
} from '../../src/http/contract/channels.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { request, send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';

export const channelsQuery = queryOptions({
  queryKey: keys.channels,
  queryFn: ({ signal }) => request(z.array(Channel), paths.channels, { signal }),
});

export function addChannel(input: ChannelInput): Promise<ChannelCreated> {
  return request(ChannelCreated, paths.channels, { method: 'POST', body: input });
}

export function deleteChannel(channelId: string): Promise<void> {
  return send(paths.channel(channelId), { method: 'DELETE' });
}

export function testChannel(channelId: string): Promise<ChannelTestResult> {
  return request(ChannelTestResult, paths.channelTest(channelId), { method: 'POST' });
}
