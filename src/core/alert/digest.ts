// The digest: says once a day or week that everything is alive, or plainly what is not.

import type { EpochMs, OrganizationId, SiteId } from '../brand.ts';
import { branded } from '../brand.ts';
import type { Resolution } from '../incident/incident.ts';
import type { OutgoingAlert } from '../ports/notifier.ts';
import type { Span, Tables } from '../ports/records.ts';
import type { DigestWish } from './preferences.ts';
import { spoken, textMessage } from './short.ts';
import { listed } from './words.ts';

const hourMs = 3_600_000;
/** Footage is sealed after a minute; a camera whose newest is older than this is not recording, in ms. */
const silentAfterMs = 10 * 60_000;
/** Gaps shorter than this together are not worth a word, in ms. */
const worthMs = 60_000;
/** Incidents of one period that are looked through. */
const maxIncidents = 1_000;

export interface CameraFacts {
  readonly name: string;
  readonly enabled: boolean;
  readonly recordedMs: number;
  /** Time without footage that should have some. */
  readonly missingMs: number;
  /** The newest footage; null where there is none. */
  readonly newestAt: EpochMs | null;
  readonly createdAt: EpochMs;
}

export interface SiteFacts {
  readonly name: string;
  readonly cameras: readonly CameraFacts[];
  readonly incidents: Readonly<Record<Resolution | 'unresolved', number>>;
  /** When an incident was last resolved as a test; null where none was in the period. */
  readonly lastTestAt: EpochMs | null;
}

export interface DigestFacts {
  readonly span: Span;
  readonly sites: readonly SiteFacts[];
}

/** The span that a digest is about: the day or the week before it. */
export function digestSpan(every: DigestWish['every'], dueAt: EpochMs): Span {
  const days = every === 'weekly' ? 7 : 1;
  return { startAt: branded<EpochMs>(Math.max(0, dueAt - days * 24 * hourMs)), endAt: dueAt };
}

/** Reads what happened at these sites. */
export async function readDigest(
  records: Tables,
  { organizationId, siteIds }: { organizationId: OrganizationId; siteIds: ReadonlySet<SiteId> },
  span: Span,
): Promise<DigestFacts> {
  const [sites, cameras, incidents] = await Promise.all([
    records.sites.list(organizationId),
    records.cameras.list(organizationId),
    records.incidents.list({ organizationId, span, limit: maxIncidents }),
  ]);
  const facts: SiteFacts[] = [];
  for (const site of sites.filter(({ id }) => siteIds.has(id))) {
    const own = incidents.filter(({ siteId }) => siteId === site.id);
    const count = (resolution: Resolution) => own.filter((each) => each.resolution === resolution).length;
    const tests = own.filter(({ resolution }) => resolution === 'test').map(({ startAt }) => startAt);
    const here = cameras.filter(({ siteId }) => siteId === site.id);
    facts.push({
      name: site.name,
      cameras: await Promise.all(here.map((camera) => cameraFacts(records, camera, span))),
      incidents: {
        intrusion: count('intrusion'),
        'false-alarm': count('false-alarm'),
        test: count('test'),
        unresolved: own.filter(({ state }) => state !== 'resolved').length,
      },
      lastTestAt: tests.length === 0 ? null : branded<EpochMs>(Math.max(...tests)),
    });
  }
  return { span, sites: facts };
}

async function cameraFacts(
  { recordings, gaps }: Tables,
  camera: { id: Parameters<Tables['recordings']['last']>[0] } & Pick<
    CameraFacts,
    'name' | 'enabled' | 'createdAt'
  >,
  span: Span,
): Promise<CameraFacts> {
  const [spans, holes, last] = await Promise.all([
    recordings.spans(camera.id, span),
    gaps.list(camera.id, span),
    recordings.last(camera.id),
  ]);
  const { name, enabled, createdAt } = camera;
  return {
    name,
    enabled,
    createdAt,
    recordedMs: lengthWithin(spans, span),
    missingMs: lengthWithin(holes, span),
    newestAt: last?.endAt ?? null,
  };
}

function lengthWithin(spans: readonly Span[], { startAt, endAt }: Span): number {
  const clipped = spans.map((each) => Math.min(each.endAt, endAt) - Math.max(each.startAt, startAt));
  return clipped.reduce((sum, ms) => sum + Math.max(0, ms), 0);
}

/** What is not well, in sentences; none where all is. Pure. */
export function troubles({ sites }: DigestFacts, now: EpochMs): readonly string[] {
  return sites.flatMap(({ name, cameras, incidents }) => {
    const silent = cameras.filter((camera) => camera.enabled).flatMap((camera) => silence(camera, now));
    const open = incidents.unresolved;
    const waiting =
      open === 0 ? [] : [`${plural(open, 'incident')} at ${name} ${open === 1 ? 'is' : 'are'} not resolved.`];
    const none = cameras.length === 0 ? [`${name} has no camera.`] : [];
    return [...silent, ...waiting, ...none];
  });
}

function silence({ name, newestAt, createdAt, missingMs }: CameraFacts, now: EpochMs): readonly string[] {
  const since = newestAt ?? createdAt;
  if (now - since > silentAfterMs) {
    const sentence = newestAt === null ? 'has never recorded' : `has not recorded for ${span(now - since)}`;
    return [`${name} ${sentence}.`];
  }
  return missingMs < worthMs ? [] : [`${name} was without footage for ${span(missingMs)} in all.`];
}

/** The digest as it is sent. */
export function composeDigest(input: {
  readonly facts: DigestFacts;
  readonly every: 'daily' | 'weekly';
  readonly organization: string;
  readonly now: EpochMs;
  readonly idempotencyKey: string;
  readonly publicUrl: string;
}): OutgoingAlert {
  const { facts, organization, now, idempotencyKey } = input;
  const wrong = troubles(facts, now);
  const url = input.publicUrl.replace(/\/+$/, '');
  const isWell = wrong.length === 0;
  const title = isWell
    ? `All is well at ${listed(facts.sites.map(({ name }) => name)) || organization}`
    : `Not all is well at ${organization}`;
  const lines = facts.sites.map(siteLine);
  const period = input.every === 'weekly' ? 'the last seven days' : 'the last 24 hours';
  const closing = 'This message is proof that alerts reach you. If it stops coming, look why.';
  const text = [...wrong, `In ${period}:`, ...lines, closing].join('\n');
  return {
    idempotencyKey,
    title,
    text,
    short: textMessage(`${title}. ${wrong[0] ?? ''}`, url),
    spoken: spoken(`${title}. ${wrong.join(' ')}`),
    subject: 'digest',
    url: `${url}/`,
    data: {
      type: 'digest',
      timestamp: new Date(now).toISOString(),
      data: { isWell, troubles: wrong, sites: facts.sites, from: facts.span.startAt, to: facts.span.endAt },
    },
    snapshot: null,
  };
}

function siteLine({ name, cameras, incidents, lastTestAt }: SiteFacts): string {
  const on = cameras.filter(({ enabled }) => enabled);
  const hours = Math.round(cameras.reduce((sum, { recordedMs }) => sum + recordedMs, 0) / hourMs);
  const missingMs = cameras.reduce((sum, camera) => sum + camera.missingMs, 0);
  const seen = [
    plural(incidents.intrusion, 'intrusion'),
    plural(incidents['false-alarm'], 'false alarm'),
    plural(incidents.test, 'test'),
  ];
  const gaps = missingMs < worthMs ? 'no gaps' : `${span(missingMs)} of gaps`;
  const test = lastTestAt === null ? 'no test of the alarm' : 'the alarm was tested';
  return `${name}: ${plural(on.length, 'camera')} on, ${plural(hours, 'hour')} of footage, ${gaps}; ${listed(seen)}; ${test}.`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** "3 h", "2 days", "12 min" */
function span(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
