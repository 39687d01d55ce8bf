// vedette serve

import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { readSettings } from '../settings.ts';
import { openHub } from '../wire/hub.ts';
import { openLog } from '../wire/log.ts';
import type { Command } from './table.ts';

export const serve: Command = {
  usage: 'vedette serve',
  summary: 'Runs everything: recorder, detector, incidents, alerts and pages.',
  run: async (words, environment) => {
    parseArgs({ args: words, options: {} });
    const settings = readSettings(environment);
    const log = openLog(settings);
    const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    const hub = await openHub(settings, log);
    process.stdout.write(banner(hub.url, hub.setupUrl));
    await stopped;
    log.info('Stopping: the open recordings are being sealed');
    await hub.stop();
    return 0;
  },
};

function banner(url: string, setupUrl: string | null): string {
  return setupUrl === null
    ? `\n  Vedette runs at ${url}\n\n`
    : `\n  Vedette runs. Open this link once to make the first administrator:\n\n  ${setupUrl}\n\n`;
}
