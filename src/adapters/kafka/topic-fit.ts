// Does a topic that was there before take what we write, and keep it until it is done.

import type { Admin } from '@platformatic/kafka';
import type { Log } from '../../core/ports/log.ts';
import type { TopicWanted } from './topics.ts';

/** The number that `ConfigResourceTypes.TOPIC` is in Kafka's protocol. */
const topicResource = 2;
const hourMs = 3_600_000;

export interface TopicHarm {
  /** Whether it refuses or loses what is written today; else one day, or where somebody means harm. */
  readonly isCertain: boolean;
  /** What is so, and what to do. */
  readonly sentence: string;
}

interface Flaw {
  readonly isCertain: boolean;
  readonly what: string;
  readonly setting: string;
}

/** What of the settings of a topic does harm; null where it is as it has to be. */
export function harmOf(wanted: TopicWanted, found: ReadonlyMap<string, string>): TopicHarm | null {
  const flaws = [...flawsOf(wanted, found)];
  if (flaws.length === 0) return null;
  const settings = flaws.map(({ setting }) => setting).join(',');
  return {
    isCertain: flaws.some(({ isCertain }) => isCertain),
    sentence: `The topic ${wanted.name} ${flaws.map(({ what }) => what).join(', ')}. Run: kafka-configs.sh --alter --topic ${wanted.name} --add-config ${settings}`,
  };
}

function* flawsOf(
  { configuration, batchBytes }: TopicWanted,
  found: ReadonlyMap<string, string>,
): Generator<Flaw> {
  const largest = Number(found.get('max.message.bytes') ?? batchBytes);
  if (largest < batchBytes) {
    const setting = `max.message.bytes=${batchBytes}`;
    yield { isCertain: true, what: `refuses what is larger than ${largest} bytes`, setting };
  }
  if (found.get('cleanup.policy')?.includes('compact') === true) {
    const what = 'keeps only the newest of a key, and refuses what has none';
    yield { isCertain: true, what, setting: 'cleanup.policy=delete' };
  }
  if (configuration['retention.ms'] === '-1') yield* deletions(found);
  const compression = configuration['compression.type'];
  if (compression !== undefined && (found.get('compression.type') ?? compression) !== compression) {
    const what = 'lets a few bytes that are compressed fill the memory of who reads';
    yield { isCertain: false, what, setting: `compression.type=${compression}` };
  }
}

/** What Kafka deletes by itself, done or not. */
function* deletions(found: ReadonlyMap<string, string>): Generator<Flaw> {
  const keptMs = Number(found.get('retention.ms') ?? -1);
  if (keptMs >= 0) {
    const hours = Number((keptMs / hourMs).toFixed(1));
    yield { isCertain: false, what: `deletes after ${hours} h what is not done`, setting: 'retention.ms=-1' };
  }
  const keptBytes = Number(found.get('retention.bytes') ?? -1);
  if (keptBytes >= 0) {
    const what = `deletes what is not done beyond ${keptBytes} bytes`;
    yield { isCertain: false, what, setting: 'retention.bytes=-1' };
  }
}

/** The settings of topics by their names. Errors: those of the client, also where this user may not see them. */
export async function settingsOf(
  admin: Admin,
  names: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  if (names.length === 0) return new Map();
  const found = await admin.describeConfigs({
    resources: names.map((resourceName) => ({
      ...{ resourceType: topicResource, resourceName },
      configurationKeys: null,
    })),
  });
  return new Map(
    found.map(({ resourceName, configs }) => [
      resourceName,
      new Map(configs.map(({ name, value }) => [name, value ?? ''])),
    ]),
  );
}

const told = new WeakMap<Admin, Set<string>>();

/** Says what does harm, once for each client. What cannot be seen is left to a check. */
export async function tellHarm(admin: Admin, wanted: TopicWanted, log: Log): Promise<void> {
  try {
    const found = (await settingsOf(admin, [wanted.name])).get(wanted.name) ?? new Map<string, string>();
    const harm = harmOf(wanted, found);
    if (harm === null) return;
    const said = told.get(admin) ?? new Set();
    told.set(admin, said);
    if (!said.has(harm.sentence)) log.warn(harm.sentence);
    said.add(harm.sentence);
  } catch (error) {
    log.debug('The settings of a topic cannot be seen', { topic: wanted.name, error });
  }
}
