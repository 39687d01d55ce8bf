// The house of the program that is killed: armed sites with a sensor and a siren each, a camera, and whom to tell.

import { type Client, eventually, setUp, type Vedette } from '../servers/vedette.ts';
import { paths } from '../../src/http/contract/paths.ts';
import type { World } from './program-world.ts';

/** How long a siren sounds, in seconds: so short that kills come before, in and after it. */
export const soundSeconds = 4;

/** An armed site where somebody comes in once. */
export interface Site {
  readonly id: string;
  readonly sensorId: string;
  readonly sensorSecret: string;
  /** The name that the world knows its siren by. */
  readonly siren: string;
}

export interface House {
  readonly sites: readonly Site[];
  /** Its footage goes to an authority, with an incident of its site. */
  readonly cameraId: string;
  readonly incidentId: string;
  /** When its footage began, and until when there is some: in ms since the epoch. */
  readonly footage: { readonly from: number; readonly to: number };
}

/** Makes the first administrator and all that is needed for `count` visits, in the program that runs. */
export async function furnish(
  vedette: Vedette,
  world: World,
  { count, clip }: { count: number; clip: string },
): Promise<House> {
  const client = await setUp(vedette, null);
  const create = async (path: string, body: unknown) => {
    const answer = await client.call<Record<string, string>>('POST', path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const channel = await create(paths.channels, { kind: 'webhook', name: 'Desk', url: `${world.url}/alerts` });
  world.trust('alerts', channel.signingSecret ?? '');
  const sites: Site[] = [];
  for (let number = 0; number <= count; number += 1) {
    sites.push(await addSite(client, create, world, number));
  }
  const [first, ...others] = sites;
  if (first === undefined) throw new Error('There is no site.');
  const from = Date.now();
  const source = { kind: 'file', path: clip, loop: true };
  const camera = await create(paths.cameras, { siteId: first.id, name: 'Door', source });
  const cameraId = camera.id ?? '';
  await eventually('the camera records', 30_000, async () => {
    const { body } = await client.call<{ id: string; status: { lastFragmentAt: number | null } }[]>(
      'GET',
      paths.cameras,
    );
    return body.some(({ status }) => status.lastFragmentAt !== null) ? true : null;
  });
  const { incidentId } = await create(paths.deviceReport(first.sensorId), { state: 'open' });
  return { sites: others, cameraId, incidentId: incidentId ?? '', footage: { from, to: Date.now() } };
}

async function addSite(
  client: Client,
  create: (path: string, body: unknown) => Promise<Record<string, string>>,
  world: World,
  number: number,
): Promise<Site> {
  const { id = '' } = await create(paths.sites, { name: `Shop ${number}`, timeZone: 'UTC' });
  const link = { via: 'webhook' };
  const sensor = await create(paths.devices, {
    ...{ kind: 'sensor', siteId: id, name: 'Door', senses: 'opening', link },
  });
  const siren = `siren-${number}`;
  const made = await create(paths.devices, {
    ...{ kind: 'siren', siteId: id, name: 'Siren', minimumSeverity: 'low', durationSeconds: soundSeconds },
    link: { via: 'webhook', url: `${world.url}/${siren}` },
  });
  world.trust(siren, made.signingSecret ?? '');
  const armed = await client.call('PUT', paths.arming(id), { arming: 'armed-away', now: true });
  if (armed.status >= 300) throw new Error(`The site was not armed: ${JSON.stringify(armed.body)}`);
  return { id, sensorId: sensor.id ?? '', sensorSecret: sensor.signingSecret ?? '', siren };
}
