// The addresses of the API, so that pages and routes cannot disagree.

const v1 = '/api/v1';

/** Every address of the API. Parameters are ids; spans are milliseconds since the epoch. */
export const paths = {
  openapi: '/api/openapi.json',
  /** GET: public. */
  welcome: `${v1}/welcome`,
  /** POST: makes the first administrator and signs in. */
  setup: `${v1}/setup`,
  /** POST: whether a setup link fits. Public. */
  setupLink: `${v1}/setup/link`,
  /** POST signs in, DELETE signs out. */
  session: `${v1}/session`,
  /** GET. */
  me: `${v1}/me`,
  /** GET: server-sent events. */
  events: `${v1}/events`,
  /** GET, POST. */
  sites: `${v1}/sites`,
  /** PATCH. */
  site: (siteId: string) => `${v1}/sites/${siteId}`,
  /** PUT. */
  arming: (siteId: string) => `${v1}/sites/${siteId}/arming`,
  /** GET, POST. */
  cameras: `${v1}/cameras`,
  /** GET, PATCH, DELETE. */
  camera: (cameraId: string) => `${v1}/cameras/${cameraId}`,
  /** GET: the newest picture, image/jpeg. */
  picture: (cameraId: string) => `${v1}/cameras/${cameraId}/picture.jpg`,
  /** GET ?from&to. */
  timeline: (cameraId: string) => `${v1}/cameras/${cameraId}/timeline`,
  /** GET ?from&to: HLS; a span whose end lies ahead is a playlist that grows (EVENT). */
  playlist: (cameraId: string, from: number, to: number) =>
    `${v1}/cameras/${cameraId}/playlist.m3u8?from=${from}&to=${to}`,
  /** GET: HLS, the last seconds, growing. */
  live: (cameraId: string) => `${v1}/cameras/${cameraId}/live.m3u8`,
  /** GET: ftyp + moov, clear. */
  init: (sha256: string) => `${v1}/footage/init/${sha256}.mp4`,
  /** GET: the 16 bytes of the AES-128 key. */
  key: (recordingId: string) => `${v1}/footage/${recordingId}/key`,
  /** GET: fragment `index` as stored, encrypted. */
  fragment: (recordingId: string, index: number) => `${v1}/footage/${recordingId}/${index}.m4s`,
  /** GET ?siteId&cameraId&state&before&limit. */
  incidents: `${v1}/incidents`,
  /** GET. */
  incident: (incidentId: string) => `${v1}/incidents/${incidentId}`,
  /** GET: image/jpeg. */
  snapshot: (incidentId: string) => `${v1}/incidents/${incidentId}/snapshot.jpg`,
  /** POST. */
  acknowledge: (incidentId: string) => `${v1}/incidents/${incidentId}/acknowledge`,
  /** POST. */
  resolve: (incidentId: string) => `${v1}/incidents/${incidentId}/resolve`,
  /** GET, POST. */
  channels: `${v1}/channels`,
  /** DELETE. */
  channel: (channelId: string) => `${v1}/channels/${channelId}`,
  /** POST: sends a test alert now. */
  channelTest: (channelId: string) => `${v1}/channels/${channelId}/test`,
} as const;
