// The closed table of errors: one code, one HTTP status, one sentence that says what to do.

/**
 * Every error a user can meet. Core throws codes; the HTTP edge maps them once (RFC 9457). Where `title` is for whoever
 * runs the installation, `told` is for whoever asked something of it and can neither start a database nor set a user.
 */
export const errorTable = {
  // requests
  'request-invalid': { status: 400, title: 'Something in the request is missing or malformed.' },
  'not-signed-in': { status: 401, title: 'Sign in to continue.' },
  'credentials-wrong': { status: 401, title: 'E-mail or password is wrong.' },
  'code-wrong': {
    status: 401,
    title: 'This code is wrong or was used. Wait for the next one and try again.',
  },
  'passkey-refused': {
    status: 401,
    title: 'The passkey was not accepted. Try again, or sign in another way.',
  },
  'proof-required': { status: 403, title: 'Prove again who you are, then try again.' },
  'second-factor-required': {
    status: 403,
    title: 'Your organization asks for a second factor. Set one up in your account.',
  },
  'not-allowed': { status: 403, title: 'Your role does not allow this.' },
  'origin-refused': { status: 403, title: 'The request came from another web site.' },
  'not-found': { status: 404, title: 'There is nothing here, or it is not yours to see.' },
  conflict: { status: 409, title: 'Somebody changed this in the meantime. Load it again.' },
  'body-too-large': { status: 413, title: 'The request is larger than this address accepts.' },
  'headers-too-large': {
    status: 431,
    title: 'The headers of the request are larger than 16 KiB. Send fewer or shorter ones, such as cookies.',
  },
  'request-too-slow': {
    status: 408,
    title: 'The request did not arrive whole within 30 seconds. Send it again over a faster connection.',
  },
  'too-many-requests': { status: 429, title: 'Too many attempts. Wait and try again.' },
  'internal-error': { status: 500, title: 'Something went wrong on our side. The log has the details.' },
  'not-ready': { status: 503, title: 'The server cannot do its work just now. Try again in a moment.' },
  // setup
  'setup-link-invalid': {
    status: 403,
    title: 'This setup link is wrong or was used. The server log shows the current one.',
  },
  'setup-done': { status: 409, title: 'The first administrator exists already. Sign in instead.' },
  // people
  'invitation-invalid': {
    status: 410,
    title: 'This invitation was used, withdrawn or has expired. Ask for a new one.',
  },
  'link-invalid': { status: 410, title: 'This link was used or has expired. Ask for a new one.' },
  'last-admin': { status: 409, title: 'An organization needs an admin. Make somebody else one first.' },
  'provider-failed': { status: 502, title: 'The sign-in provider did not do what was expected of it.' },
  'mail-failed': { status: 502, title: 'The mail server did not take the letter.' },
  // cameras and their sources
  'recorder-missing': {
    status: 503,
    title: 'No recorder runs: nothing is recorded, and there is no live picture. Start one.',
  },
  'source-unreachable': {
    status: 502,
    title: 'The camera does not answer. Check its address, power and network.',
  },
  'source-failed': {
    status: 502,
    title: 'The camera breaks off or answers with an error. Restart it, or close other viewers of it.',
  },
  'source-timeout': { status: 504, title: 'The camera answers too slowly or stopped sending.' },
  'source-credentials': { status: 502, title: 'The camera refuses the user name or password.' },
  'source-not-found': {
    status: 502,
    title: 'The camera has no stream at this path, or the file does not exist.',
  },
  'source-not-video': { status: 422, title: 'There is no video that Vedette can record at this address.' },
  'source-corrupt': { status: 422, title: 'The video is damaged and cannot be read further.' },
  'source-refused': { status: 422, title: 'This address may not be used as a camera.' },
  'source-ended': { status: 410, title: 'The file was played to its end.' },
  // footage
  'footage-gone': { status: 410, title: 'This footage has expired or was overwritten.' },
  'footage-range-too-long': { status: 400, title: 'Ask for at most 24 hours of footage at a time.' },
  'evidence-too-large': {
    status: 413,
    title: 'This does not fit into a mail. Choose a shorter span or fewer cameras.',
  },
  'clips-busy': {
    status: 503,
    title: 'Other clips with covered masks are being made. Try again in a moment.',
  },
  'encoder-missing': {
    status: 501,
    title: 'This installation cannot encode H.264. Use the build of FFmpeg that comes with Vedette.',
  },
  'footage-damaged': { status: 500, title: 'The stored footage does not match its hash. Run vedette check.' },
  // pushed images
  'image-refused': {
    status: 422,
    title: 'This is not an image that can be kept. Send a whole JPEG, PNG or WebP of at most 64 megapixels.',
  },
  'idempotency-mismatch': {
    status: 422,
    title:
      'With this Idempotency-Key another image was sent before, or the same one with other parameters. Use a new key for each image, and repeat its parameters.',
  },
  'intake-busy': {
    status: 503,
    title: 'More images wait to be taken in than may. Send this one again in a moment.',
  },
  // data folder
  'data-read-only': { status: 503, title: 'The data folder cannot be written. Check its permissions.' },
  'data-full': {
    status: 507,
    title: 'The disk is full. Make room on it, or move the data folder to a larger one.',
  },
  'data-newer': {
    status: 503,
    title: 'The data folder was made by a newer Vedette. Install that version or newer.',
  },
  'data-in-use': { status: 503, title: 'Another Vedette runs on this data folder. Stop it first.' },
  'data-damaged': {
    status: 503,
    title: 'The data folder is damaged. vedette check says what is still whole and what to do.',
  },
  'records-unavailable': {
    status: 503,
    title:
      'The database does not answer. Check that it runs and that this machine reaches it, then try again.',
    told: 'Vedette cannot reach its database at the moment. Try again in a moment; whoever runs it finds the reason in its log.',
  },
  'key-unavailable': {
    status: 503,
    title: 'The key for this is not available. Check the key file, or the service that keeps the keys.',
    told: 'Vedette cannot get the key that this needs at the moment. Try again in a moment; whoever runs it finds the reason in its log.',
  },
  'key-destroyed': { status: 410, title: 'The key for this was destroyed, so it can never be read again.' },
  // detection
  'detector-unavailable': {
    status: 503,
    title: 'The detector could not start. Recording continues without detection.',
  },
  'detector-busy': { status: 503, title: 'The detector has more pictures waiting than it accepts.' },
  // incidents and alerts
  'incident-state': { status: 409, title: 'The incident is not in a state that allows this.' },
  'channel-refused': {
    status: 422,
    title: 'This address may not receive alerts. Use a public host or allow it in the settings.',
  },
  'channel-failed': { status: 502, title: 'The alert could not be handed over.' },
  // devices
  'device-refused': {
    status: 422,
    title: 'This address may not be used for a device. Use a public host or allow it in the settings.',
  },
  'device-event-refused': {
    status: 401,
    title:
      'This event is not signed with the secret of the device, or not now. Check the secret and the clock.',
  },
  // home automation
  'broker-unavailable': {
    status: 503,
    title: 'The MQTT broker does not answer. Check that it runs, and its address, user name and password.',
  },
  'broker-refused': {
    status: 502,
    title: 'The MQTT broker does not allow this. Check what its access list says of this user and topic.',
  },
  // the cache, where it is a service
  'cache-unavailable': {
    status: 503,
    title: 'The cache does not answer. Check that it runs and that this machine reaches it, then try again.',
    told: 'Vedette cannot reach a service that it needs for this at the moment. Try again in a moment; whoever runs it finds the reason in its log.',
  },
  'cache-refused': {
    status: 502,
    title: 'The cache refuses this. Check the user, its password, its rights, and the room that is left.',
    told: 'A service that Vedette needs for this refuses it. Tell whoever runs it: they find the reason in its log.',
  },
  // the queue, where it is a service
  'queue-unavailable': {
    status: 503,
    title: 'The queue does not answer. Check that Kafka runs, and the addresses of its brokers.',
    told: 'Vedette cannot take this in at the moment. Try again in a moment; whoever runs it finds the reason in its log.',
  },
  'queue-refused': {
    status: 502,
    title: 'The queue refuses this. Check the user, its password, and what Kafka allows it.',
    told: 'A service that Vedette needs for this refuses it. Tell whoever runs it: they find the reason in its log.',
  },
  // the store of footage and pictures, where it is a service
  'blobs-unavailable': {
    status: 503,
    title: 'The store of the footage does not answer. Check that it runs and that this machine reaches it.',
    told: 'Vedette cannot reach its store of footage at the moment. Try again in a moment; whoever runs it finds the reason in its log.',
  },
  'blobs-refused': {
    status: 502,
    title: 'The store of the footage refuses this. Check the bucket, the user, its password and its rights.',
    told: 'The store of footage refuses this. Tell whoever runs Vedette: they find the reason in its log.',
  },
  // settings and commands
  'settings-invalid': { status: 500, title: 'A setting is wrong.' },
  'port-in-use': { status: 500, title: 'Another program uses this port. Set VEDETTE_PORT to a free one.' },
  'pages-missing': { status: 503, title: 'The pages are not built. Run npm run build.' },
} as const satisfies Record<string, { status: number; title: string; told?: string }>;

export type ErrorCode = keyof typeof errorTable;

/** What is said of `code` to whoever asked. */
export function toldOf(code: ErrorCode): string {
  const entry: { title: string; told?: string } = errorTable[code];
  return entry.told ?? entry.title;
}

/** An error whose code is in the table; `detail` is a sentence for whoever can mend it, `cause` is for the log. */
export class VedetteError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;
  /** A sentence for whoever asked: `detail`, unless that names services and how to mend them. */
  readonly told: string;
  /** Fields at fault in a request: path → what is wrong. */
  readonly fields: Readonly<Record<string, string>>;
  /** Time in ms after which trying again makes sense; null where nobody knows. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ErrorCode,
    detail?: string,
    options: {
      cause?: unknown;
      fields?: Readonly<Record<string, string>>;
      retryAfterMs?: number;
      /** Where more can be said to whoever asked than the table says. */
      told?: string;
    } = {},
  ) {
    super(detail ?? errorTable[code].title, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'VedetteError';
    this.code = code;
    this.detail = detail ?? errorTable[code].title;
    this.told = options.told ?? ('told' in errorTable[code] ? toldOf(code) : this.detail);
    this.fields = options.fields ?? {};
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** The code of `error`; anything that is not ours is an internal error. */
export function errorCode(error: unknown): ErrorCode {
  return error instanceof VedetteError ? error.code : 'internal-error';
}
