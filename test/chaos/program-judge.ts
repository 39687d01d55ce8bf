// What became of everything that the killed program had accepted, asked over its API and seen by its receivers.

import { AuthorityLetters } from '../../src/http/contract/evidence.ts';
import { Incident, IncidentDetail } from '../../src/http/contract/incidents.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { type Client, eventually, signIn } from '../servers/vedette.ts';
import { type House, type Site, soundSeconds } from './program-house.ts';
import type { Accepted } from './program-senders.ts';
import { mailIds, type Turned, type World } from './program-world.ts';

interface Place {
  readonly url: string;
  readonly house: House;
  readonly world: World;
}

export interface Judgement {
  /** Events that the program said it has heard. */
  readonly events: number;
  /** Of these, told more than once until they were. */
  readonly toldAgain: number;
  readonly incidents: number;
  /** Accepted events that no incident took in. */
  readonly unheard: readonly string[];
  readonly alerts: number;
  /** Incidents nobody was told of, alerts that never arrived, and such as wait for ever. */
  readonly lost: readonly string[];
  /** Alerts that arrived under more than one key. */
  readonly doubled: readonly string[];
  /** Alerts that arrived again under their own key. */
  readonly repeated: number;
  readonly sounded: number;
  /** Sirens that sound still. */
  readonly sounding: readonly string[];
  /** Longest that a siren sounded past its end, in ms. */
  readonly pastEndMs: number;
  readonly letters: number;
  /** Letters that are neither sent nor shown as failed, that were taken and are not there, or say what is not so. */
  readonly strayLetters: readonly string[];
  /** Letters that arrived again under their own Message-ID. */
  readonly repeatedLetters: number;
  readonly failedLetters: number;
  /** What receivers could not believe. */
  readonly faults: readonly string[];
}

/** Waits until nothing is under way any more, or `withinMs` are over: what is then is judged as it is. */
export async function settled({ url, house, world }: Place, withinMs: number): Promise<void> {
  const client = await signIn(url);
  await eventually('everything is done', withinMs, async () => {
    const details = await detailsOf(client);
    const waits = details.some(
      ({ alerts, devices }) =>
        alerts.some(({ state }) => state === 'waiting') ||
        devices.some(({ wanted, state }) => wanted === 'on' || state === 'waiting'),
    );
    const letters = await lettersOf(client, house);
    const isSounding = house.sites.some((site) => turnedOf(world, site).at(-1)?.turn === 'on');
    return waits || isSounding || letters.some(({ state }) => state === 'waiting') ? null : true;
  }).catch(() => {});
}

export async function judge(
  { url, house, world }: Place,
  { accepted, asked }: { accepted: readonly Accepted[]; asked: readonly string[] },
): Promise<Judgement> {
  const client = await signIn(url);
  const details = await detailsOf(client);
  const alerts = details.flatMap((incident) => incident.alerts);
  const byAlert = Map.groupBy(world.arrivals, (arrival) => `${arrival.incidentId} ${arrival.occasion}`);
  const keys = new Set(world.arrivals.map(({ key }) => key));
  const sounded = house.sites.filter((site) => turnedOf(world, site).some(({ turn }) => turn === 'on'));
  return {
    events: accepted.length,
    toldAgain: accepted.filter(({ times }) => times > 1).length,
    incidents: details.length,
    unheard: accepted.filter((event) => !isHeard(event, details)).map((event) => JSON.stringify(event)),
    alerts: alerts.length,
    lost: lostOf(details, new Set([...keys, ...mailIds(world.mails)])),
    doubled: [...byAlert]
      .filter(([, ones]) => new Set(ones.map(({ key }) => key)).size > 1)
      .map(([it]) => it),
    repeated: world.arrivals.length - keys.size,
    sounded: sounded.length,
    sounding: sounded.filter((site) => turnedOf(world, site).at(-1)?.turn === 'on').map(({ siren }) => siren),
    pastEndMs: Math.max(0, ...sounded.map((site) => pastEndMs(turnedOf(world, site)))),
    ...judgeLetters(await lettersOf(client, house), { asked, arrived: mailIds(world.mails) }),
    faults: world.faults,
  };
}

/** Whether there is an incident of the event: the one that the program named, or one of its sensor around its time. */
function isHeard(event: Accepted, details: readonly IncidentDetail[]): boolean {
  return details.some(
    (incident) =>
      (event.incidentId === null || incident.id === event.incidentId) &&
      incident.sensors.some(({ id }) => id === event.sensorId) &&
      incident.startAt <= event.at &&
      event.at <= incident.lastSeenAt,
  );
}

function lostOf(details: readonly IncidentDetail[], arrived: ReadonlySet<string>): string[] {
  return details.flatMap(({ id, alerts }) => {
    const isTold = alerts.some(
      ({ occasion, isPersonal, state }) => occasion === 'opened' && !isPersonal && state === 'delivered',
    );
    const missing = alerts.filter(
      ({ id: alertId, state }) => state !== 'skipped' && !(state === 'delivered' && arrived.has(alertId)),
    );
    return [
      ...(isTold ? [] : [`incident ${id}`]),
      ...missing.map((alert) => `${alert.kind} ${alert.occasion} ${alert.state} ${alert.problem}`),
    ];
  });
}

function judgeLetters(
  letters: readonly AuthorityLetters['letters'][number][],
  { asked, arrived }: { asked: readonly string[]; arrived: readonly string[] },
): Pick<Judgement, 'letters' | 'strayLetters' | 'repeatedLetters' | 'failedLetters'> {
  const timesOf = (id: string) => arrived.filter((each) => each === id).length;
  const known = new Set(letters.map(({ id }) => id));
  return {
    letters: letters.length,
    strayLetters: [
      ...asked.filter((id) => !known.has(id)).map((id) => `${id} is not there`),
      ...letters
        .filter(({ id, state }) => state === 'waiting' || (state === 'sent') !== timesOf(id) > 0)
        .map(({ id, state, problem }) => `${id} ${state}: ${problem}`),
    ],
    repeatedLetters: letters.reduce((sum, { id }) => sum + Math.max(0, timesOf(id) - 1), 0),
    failedLetters: letters.filter(({ state }) => state === 'failed').length,
  };
}

/** How long after its end a siren went off, in ms; its time begins with the first command. */
function pastEndMs(turned: readonly Turned[]): number {
  const on = turned.find(({ turn }) => turn === 'on');
  const off = turned.find(({ turn, at }) => turn === 'off' && at >= (on?.at ?? 0));
  if (on === undefined) return 0;
  return (off?.at ?? Number.POSITIVE_INFINITY) - (on.at + soundSeconds * 1_000);
}

function turnedOf({ sirens }: World, { siren }: Site): readonly Turned[] {
  return sirens.get(siren) ?? [];
}

/** Every incident, page by page, with all that belongs to it. */
async function detailsOf(client: Client): Promise<readonly IncidentDetail[]> {
  const ids = new Set<string>();
  for (let before: number | null = null; ; ) {
    const query = before === null ? '' : `&before=${before}`;
    const { body } = await client.call('GET', `${paths.incidents}?limit=100${query}`);
    const page = Incident.array().parse(body);
    const known = ids.size;
    for (const { id } of page) ids.add(id);
    const oldest = page.at(-1);
    if (page.length < 100 || oldest === undefined || ids.size === known) break;
    before = oldest.startAt + 1;
  }
  const details: IncidentDetail[] = [];
  for (const id of ids) {
    details.push(IncidentDetail.parse((await client.call('GET', paths.incident(id))).body));
  }
  return details;
}

async function lettersOf(client: Client, { incidentId }: House) {
  return AuthorityLetters.parse((await client.call('GET', paths.authorityLetters(incidentId))).body).letters;
}
