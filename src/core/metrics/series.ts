// The closed table of what is counted and measured: every series that a process tells an operator, with its labels.
// Labels say kinds and never names: nothing of people, sites, cameras or addresses, and no ids, so that their number is bounded.

import { alertTimersTopic, alertsTopic } from '../alert/tell.ts';
import { channelKinds } from '../alert/alert.ts';
import { digestsTopic } from '../alert/digest-timer.ts';
import { commandsTopic } from '../device/alarm.ts';
import { authorityLettersTopic } from '../evidence/authority-letter.ts';
import { gapCauses } from '../footage/recording.ts';
import { lookTopic } from '../image/image-rows.ts';
import { quarantineReasons, ways } from '../image/pushed-image.ts';
import { refusalReasons } from '../image/senders.ts';
import { entriesTopic } from '../incident/entry.ts';
import { escalationsTopic } from '../incident/escalate.ts';
import { armingsTopic } from '../site/arming.ts';
import { cameraStates, detectionStates } from '../site/camera.ts';
import { schedulesTopic } from '../site/plan-schedule.ts';
import { degradedModeNames, dependencyNames, workRoles } from '../standing.ts';

export const meteredRoles = ['http', ...workRoles] as const;
export type MeteredRole = (typeof meteredRoles)[number];

/** What can stand in each label; null where only what happens says so, of kinds that are few all the same. */
type LabelValues = Readonly<Record<string, readonly string[] | null>>;

export interface Series<Labels extends LabelValues = LabelValues> {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** One sentence, for the reference and for `# HELP`. */
  readonly says: string;
  readonly labels: Labels;
  /** Processes with one of these roles tell it. */
  readonly roles: readonly MeteredRole[];
  /** Upper bounds, in the unit of the name; of a histogram. */
  readonly buckets?: readonly number[];
}

/** Work that goes through the queue, each topic with consumers of its own. */
export const queueTopics = [
  ...[alertsTopic, alertTimersTopic, digestsTopic, escalationsTopic, entriesTopic, schedulesTopic],
  ...[armingsTopic, commandsTopic, authorityLettersTopic, lookTopic],
] as const;

/** What one of several processes does for all. */
export const ledWorks = ['expiry', 'relay', 'events', 'mqtt', 'upkeep'] as const;
export type LedWork = (typeof ledWorks)[number];

export const destroyedKinds = ['footage', 'images', 'pushed-images'] as const;
export type DestroyedKind = (typeof destroyedKinds)[number];

const every = meteredRoles;
const none = {};

/** Of answers to requests, in s: what a person does not notice, notices, and waits for. */
const answerBuckets = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10];
/** Of alerts, in s: half a second is the aim, a minute is a slow provider, half an hour a service that was away. */
const handOverBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

const counter = <L extends LabelValues>(roles: readonly MeteredRole[], says: string, labels: L) =>
  ({ kind: 'counter', roles, says, labels }) as const;
const gauge = <L extends LabelValues>(roles: readonly MeteredRole[], says: string, labels: L) =>
  ({ kind: 'gauge', roles, says, labels }) as const;
const histogram = <L extends LabelValues>(
  roles: readonly MeteredRole[],
  says: string,
  labels: L,
  buckets: readonly number[],
) => ({ kind: 'histogram', roles, says, labels, buckets }) as const;

const queue = ['deliver', 'tend'] as const;

/** Every series by its name (https://prometheus.io/docs/practices/naming/): the unit last, `_total` behind what only grows. */
export const series = {
  // queue
  vedette_queue_waiting_messages: gauge(
    queue,
    'Messages that are not done, those in hand included: the lag of a topic.',
    { topic: queueTopics },
  ),
  vedette_queue_dead_letters: gauge(
    queue,
    'Messages that were given up and are kept for a person to look at.',
    { topic: queueTopics },
  ),
  vedette_queue_attempts_total: counter(
    ['deliver', 'tend', 'detect'],
    'Messages that this process took in hand, each attempt.',
    { topic: queueTopics, outcome: ['done', 'failed'] },
  ),
  vedette_outbox_due_messages: gauge(
    queue,
    'Messages that are committed and due, and not handed to the queue yet.',
    none,
  ),
  vedette_outbox_oldest_due_seconds: gauge(
    queue,
    'For how long this process has seen the first of them wait.',
    none,
  ),
  // images
  vedette_images_accepted_total: counter(['http'], 'Pushed images that were accepted over HTTP.', none),
  vedette_images_refused_total: counter(
    ['http'],
    'Pushes over HTTP that were refused, by the code of the answer.',
    { code: null },
  ),
  vedette_inbox_waiting_images: gauge(
    ['ingest'],
    'Accepted images that are not stored yet, those in hand included.',
    none,
  ),
  vedette_images_stored_total: counter(['ingest'], 'Pushed images that were stored, by the way they came.', {
    way: ways,
  }),
  vedette_images_quarantined_total: counter(['ingest'], 'Pushed images that were put aside, and why.', {
    reason: quarantineReasons,
  }),
  vedette_images_repeated_total: counter(
    ['ingest'],
    'Pushed images that were there before and changed nothing.',
    { way: ways },
  ),
  vedette_image_records_dropped_total: counter(
    ['ingest'],
    'Records of the images topic that no known source has signed, and why they were dropped.',
    { reason: refusalReasons },
  ),
  vedette_images_looked_total: counter(['detect'], 'Stored images that a detector looked at.', {
    outcome: ['done', 'failed'],
  }),
  // cameras
  vedette_cameras: gauge(['record'], 'Cameras of this recorder by what they do.', { state: cameraStates }),
  vedette_cameras_by_detection: gauge(['record'], 'Cameras of this recorder by whether they are watched.', {
    detection: detectionStates,
  }),
  vedette_cameras_claimed: gauge(['record'], 'Cameras that this recorder has taken.', none),
  vedette_recorder_frames_total: counter(
    ['record'],
    'Frames: recorded, decoded, looked at for objects, damaged in the source, lost because they could not be written.',
    { what: ['recorded', 'decoded', 'detected', 'damaged', 'lost'] },
  ),
  vedette_recorder_written_bytes_total: counter(['record'], 'Footage that was written to the spool.', none),
  vedette_recorder_recordings_total: counter(['record'], 'Recordings that were stored.', none),
  vedette_recorder_waiting_recordings: gauge(
    ['record'],
    'Recordings that are in the spool only, the open ones included.',
    none,
  ),
  vedette_recorder_gaps_total: counter(['record'], 'Gaps that were written into time lines, by cause.', {
    cause: gapCauses,
  }),
  vedette_recorder_gap_seconds_total: counter(['record'], 'Time without footage in them, by cause.', {
    cause: gapCauses,
  }),
  // alerts
  vedette_alerts_total: counter(
    ['deliver'],
    'Attempts to hand an alert over: taken by the provider, to be tried again, failed for good, or needless.',
    { kind: channelKinds, outcome: ['handed-over', 'tried-again', 'failed', 'skipped'] },
  ),
  vedette_alert_hand_over_seconds: histogram(
    ['deliver'],
    'Time from the moment somebody is to be told (of an incident: when it opened) until the provider took the alert.',
    { kind: channelKinds },
    handOverBuckets,
  ),
  // services
  vedette_service_up: gauge(every, 'Whether a service that this process hangs on answers (1) or not (0).', {
    service: dependencyNames,
  }),
  vedette_service_breaker_open: gauge(every, 'Whether callers of a service are refused at once (1).', {
    service: dependencyNames,
  }),
  vedette_degraded: gauge(
    every,
    'Whether something does not work as usual (1), as this process sees it; roles that nobody has, processes with pages see.',
    { mode: degradedModeNames },
  ),
  vedette_leads: gauge(['tend'], 'Whether this process does what one process does for all (1).', {
    work: ledWorks,
  }),
  // http
  vedette_http_requests_total: counter(
    ['http'],
    'Requests that were answered, by the template of the address; "(other)" is pages, files and what does not exist.',
    { route: null, method: null, status: null },
  ),
  vedette_http_request_duration_seconds: histogram(
    ['http'],
    'Time until the answer began; some answers wait for footage to grow.',
    { route: null, method: null },
    answerBuckets,
  ),
  // room and expiry
  vedette_expiry_destroyed_total: counter(['tend'], 'Objects that were destroyed when their time was over.', {
    what: destroyedKinds,
  }),
  vedette_expiry_destroyed_bytes_total: counter(['tend'], 'Their size.', { what: destroyedKinds }),
  vedette_expiry_overwritten_total: counter(
    ['tend'],
    'Recordings that were overwritten before their time because room was needed.',
    none,
  ),
  vedette_expiry_last_sweep_timestamp_seconds: gauge(
    ['tend'],
    'When this process last swept to the end; only of the process that leads expiry.',
    none,
  ),
  vedette_expiry_waiting_objects: gauge(
    ['tend'],
    'Objects that are to be removed from the store and are still there; 1000 stands for as many or more.',
    none,
  ),
  vedette_footage_bytes: gauge(['tend'], 'Stored footage, as the last sweep found it.', none),
  vedette_store_free_bytes: gauge(
    ['tend'],
    'Room in the store of footage, as the last sweep found it; missing where it has no limit.',
    none,
  ),
  vedette_data_free_bytes: gauge(
    ['record'],
    'Room on the disk of the data folder, where the spool is.',
    none,
  ),
  vedette_data_size_bytes: gauge(['record'], 'Size of that disk.', none),
  // keys
  vedette_keys_operations_total: counter(every, 'Calls to the keeper of keys that went well.', {
    operation: ['wrap', 'unwrap', 'sign'],
  }),
  vedette_keys_failures_total: counter(every, 'Calls to the keeper of keys that failed.', {
    operation: ['wrap', 'unwrap', 'sign'],
  }),
  // process
  process_cpu_seconds_total: counter(every, 'CPU time of this process, all threads, user and system.', none),
  process_resident_memory_bytes: gauge(every, 'Memory that this process has in RAM.', none),
  process_start_time_seconds: gauge(every, 'When this process started, since 1970, UTC.', none),
  vedette_heap_used_bytes: gauge(every, 'Memory of the JavaScript heap in use.', none),
  vedette_event_loop_lag_p99_seconds: gauge(
    every,
    'By how much one timer in a hundred is late, in the last 15 seconds or more.',
    none,
  ),
  vedette_build_info: gauge(every, 'Always 1: which version runs, on which version of Node.', {
    version: null,
    node: null,
  }),
  vedette_role: gauge(every, 'Whether this process has a role (1).', { role: meteredRoles }),
  vedette_metrics_unanswered: gauge(
    every,
    'Whether a question of the last scrape was not answered in time (1): its series are missing then.',
    { question: null },
  ),
} satisfies Readonly<Record<string, Series>>;

export type SeriesName = keyof typeof series;

/** Names of series of a kind. */
type NameOf<Kind extends Series['kind']> = {
  [Name in SeriesName]: (typeof series)[Name]['kind'] extends Kind ? Name : never;
}[SeriesName];
export type CounterName = NameOf<'counter'>;
export type HistogramName = NameOf<'histogram'>;
/** What is read when somebody asks. */
export type ReadName = NameOf<'counter' | 'gauge'>;
export type GaugeName = NameOf<'gauge'>;

export type LabelsOf<Name extends SeriesName> = {
  readonly [Label in keyof (typeof series)[Name]['labels']]: string;
};

export const seriesNames = Object.keys(series).filter(isSeriesName);

export function isSeriesName(name: string): name is SeriesName {
  return Object.hasOwn(series, name);
}

/** A series as any other: what its labels are called is no part of its type. */
export function seriesOf(name: SeriesName): Series {
  return series[name];
}
