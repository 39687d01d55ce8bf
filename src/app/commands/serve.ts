// vedette serve

import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Log } from '../../core/ports/log.ts';
import { allRoles, readRoles, type Role } from '../roles.ts';
import { readSettings, type Settings } from '../settings.ts';
import { type Hub, openHub } from '../wire/hub.ts';
import { openLog } from '../wire/log.ts';
import type { Command } from './table.ts';

export const serve: Command = {
  usage: 'vedette serve [--roles http,record,ingest,detect,deliver,tend]',
  summary:
    'Runs everything: recorder, detector, incidents, alerts and pages. With --roles only these, beside other processes on shared stores.',
  run: async (words, environment) => {
    const { values } = parseArgs({ args: words, options: { roles: { type: 'string' } } });
    const roles = values.roles === undefined ? allRoles : readRoles(values.roles);
    const settings = readSettings(environment);
    const log = openLog(settings);
    const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    const hub = await openHub(settings, log, roles);
    process.stdout.write(banner(hub, roles));
    await stopped;
    await drained(hub, settings, log);
    log.info(roles.includes('record') ? 'Stopping: the open recordings are being sealed' : 'Stopping');
    await hub.stop();
    return 0;
  },
};

/** Time for balancers to see that this process is not to be used any more; another signal ends it. */
async function drained(hub: Hub, { VEDETTE_DRAIN_SECONDS: seconds }: Settings, log: Log): Promise<void> {
  hub.drain();
  if (seconds === 0) return;
  log.info('Not ready any more; requests are still answered', { seconds });
  const over = new AbortController();
  const hurried = ['SIGINT', 'SIGTERM'].map((signal) => once(process, signal, over));
  const waited = setTimeout(seconds * 1000, undefined, over);
  await Promise.race([waited, ...hurried]);
  for (const each of [waited, ...hurried]) each.catch(() => {});
  over.abort();
}

function banner({ url, setupUrl }: Hub, roles: readonly Role[]): string {
  if (url === null) return `\n  Vedette runs here as ${roles.join(', ')}\n\n`;
  return setupUrl === null
    ? `\n  Vedette runs at ${url}\n\n`
    : `\n  Vedette runs. Open this link once to make the first administrator:\n\n  ${setupUrl}\n\n`;
}
