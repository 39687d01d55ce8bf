// The addresses of the API, so that pages and routes cannot disagree.

const v1 = '/api/v1';

/**
 * The cookie that says why a sign-in at a provider failed: a sentence, percent-encoded, for a minute. Not the address,
 * which anybody could write something into.
 */
export const problemCookie = (isSecure: boolean) => `${isSecure ? '__Host-' : ''}vedette.problem`;

/** Every address of the API. Parameters are ids; spans are milliseconds since the epoch. */
export const paths = {
  openapi: '/api/openapi.json',
  /** GET: public. */
  welcome: `${v1}/welcome`,
  standing: `${v1}/standing`,
  /** POST: makes the first administrator and signs in. */
  setup: `${v1}/setup`,
  /** POST: whether a setup link fits. Public. */
  setupLink: `${v1}/setup/link`,
  /** POST: public, where the settings allow it. */
  signUp: `${v1}/sign-up`,
  /** POST: public; the link from the mailbox. Its page is /confirm-sign-up#token. */
  signUpConfirm: `${v1}/sign-up/confirm`,
  /** POST signs in, DELETE signs out. */
  session: `${v1}/session`,
  /** POST: the code of a second factor. */
  secondStep: `${v1}/session/second-step`,
  /** POST: what a passkey is asked. */
  passkeySignInOptions: `${v1}/session/passkey/options`,
  /** POST: what the passkey answered. */
  passkeySignIn: `${v1}/session/passkey`,
  /** POST: who one is, again. */
  proof: `${v1}/session/proof`,
  /** POST ?returnTo: where the organization of an e-mail address has its people sign in. */
  singleSignOn: `${v1}/session/single-sign-on`,
  /**
   * GET: where this provider sends the browser back to; each has its own, so that the answer of one is not taken for
   * that of another (RFC 9700 §4.4.2). From here it goes to `returnTo`, or to /sign-in?problem=<code>,
   * or `returnTo` with ?problem=<code> where a proof failed; the cookie of `problemCookie` has the sentence.
   */
  singleSignOnCallback: (providerId: string) => `${v1}/session/single-sign-on/callback/${providerId}`,
  /** POST ?returnTo: proof by the provider that the session came from. */
  singleSignOnProof: `${v1}/session/single-sign-on/proof`,
  /** PUT: which organization the session is about. */
  sessionOrganization: `${v1}/session/organization`,
  /** POST: a link by mail, to the page /reset-password#token. */
  passwordReset: `${v1}/password-reset`,
  /** POST: the new password. */
  passwordResetFinish: `${v1}/password-reset/finish`,
  /** GET. */
  me: `${v1}/me`,
  /** GET, PATCH. */
  account: `${v1}/account`,
  /** POST: a new address. */
  accountEmail: `${v1}/account/email`,
  /** POST: the link from the new mailbox, by who is signed in. Its page is /confirm-email#token. */
  accountEmailConfirm: `${v1}/account/email/confirm`,
  /** PUT. */
  accountPassword: `${v1}/account/password`,
  /** GET; DELETE ends all others. */
  accountSessions: `${v1}/account/sessions`,
  /** DELETE. */
  accountSession: (sessionId: string) => `${v1}/account/sessions/${sessionId}`,
  /** POST begins, DELETE removes. */
  secondFactor: `${v1}/account/second-factor`,
  /** POST. */
  secondFactorConfirm: `${v1}/account/second-factor/confirm`,
  /** POST: new ones. */
  recoveryCodes: `${v1}/account/second-factor/recovery-codes`,
  /** GET, POST. */
  passkeys: `${v1}/account/passkeys`,
  /** POST. */
  passkeyOptions: `${v1}/account/passkeys/options`,
  /** DELETE. */
  passkey: (passkeyId: string) => `${v1}/account/passkeys/${passkeyId}`,
  /** GET. */
  people: `${v1}/people`,
  /** PATCH, DELETE. */
  person: (memberId: string) => `${v1}/people/${memberId}`,
  /** DELETE: signs the person out everywhere. */
  personSessions: (memberId: string) => `${v1}/people/${memberId}/sessions`,
  /** GET, POST. */
  invitations: `${v1}/invitations`,
  /** DELETE. */
  invitation: (invitationId: string) => `${v1}/invitations/${invitationId}`,
  /** POST: public; what an invitation's link is about. */
  invitationLook: `${v1}/invitations/look`,
  /** POST: public. */
  invitationAccept: `${v1}/invitations/accept`,
  /** GET, PATCH. */
  organization: `${v1}/organization`,
  /** GET, POST. */
  providers: `${v1}/providers`,
  /** DELETE. */
  provider: (providerId: string) => `${v1}/providers/${providerId}`,
  /** POST: the provider ends sessions (OpenID Connect Back-Channel Logout 1.0 §2.5). */
  providerLogout: (providerId: string) => `${v1}/providers/${providerId}/logout`,
  /** GET, POST. */
  accessKeys: `${v1}/access-keys`,
  /** DELETE. */
  accessKey: (accessKeyId: string) => `${v1}/access-keys/${accessKeyId}`,
  /** GET, POST. */
  imageSources: `${v1}/image-sources`,
  /** DELETE. */
  imageSource: (imageSourceId: string) => `${v1}/image-sources/${imageSourceId}`,
  /** POST: another secret. */
  imageSourceSecret: (imageSourceId: string) => `${v1}/image-sources/${imageSourceId}/secret`,
  /** POST: a short-lived signed token for another service. */
  token: `${v1}/token`,
  /** GET: public; the keys that verify tokens. */
  keySet: '/.well-known/jwks.json',
  /** GET: server-sent events. */
  events: `${v1}/events`,
  /** GET, POST. */
  sites: `${v1}/sites`,
  /** PATCH. */
  site: (siteId: string) => `${v1}/sites/${siteId}`,
  /** PUT. */
  arming: (siteId: string) => `${v1}/sites/${siteId}/arming`,
  /** GET ?before&limit. */
  armingHistory: (siteId: string) => `${v1}/sites/${siteId}/arming/history`,
  /** GET, PUT. */
  schedule: (siteId: string) => `${v1}/sites/${siteId}/schedule`,
  /** PUT, DELETE. */
  bypass: (siteId: string, cameraId: string) => `${v1}/sites/${siteId}/bypass/${cameraId}`,
  /** GET, POST. */
  cameras: `${v1}/cameras`,
  /** GET, PATCH, DELETE. */
  camera: (cameraId: string) => `${v1}/cameras/${cameraId}`,
  /** GET: the newest picture, image/jpeg. */
  picture: (cameraId: string) => `${v1}/cameras/${cameraId}/picture.jpg`,
  /** GET, PUT: all of them. */
  zones: (cameraId: string) => `${v1}/cameras/${cameraId}/zones`,
  /** GET: what no longer alarms. */
  suppressions: (cameraId: string) => `${v1}/cameras/${cameraId}/suppressions`,
  /** DELETE. */
  suppression: (suppressionId: string) => `${v1}/suppressions/${suppressionId}`,
  /** POST: not again like this. */
  suppress: (incidentId: string) => `${v1}/incidents/${incidentId}/suppress`,
  /** GET ?from&to. */
  timeline: (cameraId: string) => `${v1}/cameras/${cameraId}/timeline`,
  /** GET ?from&to: HLS; a span whose end lies ahead is a playlist that grows (EVENT). */
  playlist: (cameraId: string, from: number, to: number) =>
    `${v1}/cameras/${cameraId}/playlist.m3u8?from=${from}&to=${to}`,
  /** GET ?from&to: the footage as one MP4. */
  clip: (cameraId: string) => `${v1}/cameras/${cameraId}/clip.mp4`,
  /** GET: HLS, the last seconds, growing. */
  live: (cameraId: string) => `${v1}/cameras/${cameraId}/live.m3u8`,
  /** GET: ftyp + moov, clear. */
  init: (sha256: string) => `${v1}/footage/init/${sha256}.mp4`,
  /** GET: the 16 bytes of the AES-128 key. */
  key: (recordingId: string) => `${v1}/footage/${recordingId}/key`,
  /** GET: fragment `index` as stored, encrypted. */
  fragment: (recordingId: string, index: number) => `${v1}/footage/${recordingId}/${index}.m4s`,
  /** POST: an image as it is, or in a form. For machines. */
  images: `${v1}/images`,
  /** GET: what became of it. */
  image: (imageId: string) => `${v1}/images/${imageId}`,
  /** GET: the image itself. */
  imageFile: (imageId: string) => `${v1}/images/${imageId}/file`,
  /** GET ?size: the image small, image/jpeg. */
  imagePreview: (imageId: string) => `${v1}/images/${imageId}/preview`,
  /** GET: the newest image that was pushed of a camera. */
  newestImage: (cameraId: string) => `${v1}/cameras/${cameraId}/newest-image`,
  /** GET ?from&to: what was pushed of a camera. */
  cameraImages: (cameraId: string) => `${v1}/cameras/${cameraId}/images`,
  /** GET: what was put aside. */
  quarantine: `${v1}/quarantine`,
  /** DELETE. */
  quarantined: (imageId: string) => `${v1}/quarantine/${imageId}`,
  /** POST: tries it again. */
  quarantineRetry: (imageId: string) => `${v1}/quarantine/${imageId}/retry`,
  /** GET ?state&severity&kind&resolution&siteId&cameraId&assigneeId&from&to&find&order&after&limit. */
  incidents: `${v1}/incidents`,
  /** GET. */
  incident: (incidentId: string) => `${v1}/incidents/${incidentId}`,
  /** GET: image/jpeg. */
  snapshot: (incidentId: string) => `${v1}/incidents/${incidentId}/snapshot.jpg`,
  /** POST. */
  acknowledge: (incidentId: string) => `${v1}/incidents/${incidentId}/acknowledge`,
  /** POST. */
  resolve: (incidentId: string) => `${v1}/incidents/${incidentId}/resolve`,
  /** POST: many at once. */
  acknowledgeMany: `${v1}/incidents/acknowledge`,
  /** GET, POST: what of an incident was sent to authorities. */
  authorityLetters: (incidentId: string) => `${v1}/incidents/${incidentId}/authority-letters`,
  /** POST: tries a failed one again. */
  authorityLetterRetry: (letterId: string) => `${v1}/authority-letters/${letterId}/retry`,
  /** GET ?siteId&weeks&until. */
  incidentReport: `${v1}/reports/incidents`,
  /** GET: the same as CSV. */
  incidentReportCsv: `${v1}/reports/incidents.csv`,
  /** POST. */
  reopen: (incidentId: string) => `${v1}/incidents/${incidentId}/reopen`,
  /** POST. */
  assign: (incidentId: string) => `${v1}/incidents/${incidentId}/assign`,
  /** GET. */
  assignable: (incidentId: string) => `${v1}/incidents/${incidentId}/assignable`,
  /** POST. */
  note: (incidentId: string) => `${v1}/incidents/${incidentId}/note`,
  /** POST: has the next level told now. */
  escalate: (incidentId: string) => `${v1}/incidents/${incidentId}/escalate`,
  /** POST: on or off. */
  incidentDevice: (incidentId: string, deviceId: string) =>
    `${v1}/incidents/${incidentId}/devices/${deviceId}`,
  /** GET ?siteId, POST. */
  devices: `${v1}/devices`,
  /** PUT, DELETE. */
  device: (deviceId: string) => `${v1}/devices/${deviceId}`,
  /** POST: switches it on for 3 seconds. */
  deviceTest: (deviceId: string) => `${v1}/devices/${deviceId}/test`,
  /** POST: another signing secret. */
  deviceSecret: (deviceId: string) => `${v1}/devices/${deviceId}/secret`,
  /** POST: a sensor says what it feels, signed with its secret. */
  deviceEvents: (deviceId: string) => `${v1}/devices/${deviceId}/events`,
  /** POST: the same, by a machine with an access key. */
  deviceReport: (deviceId: string) => `${v1}/devices/${deviceId}/report`,
  /** GET. */
  automation: `${v1}/automation`,
  /** GET, POST. */
  channels: `${v1}/channels`,
  /** DELETE. */
  channel: (channelId: string) => `${v1}/channels/${channelId}`,
  /** GET, PUT, DELETE: who is told after whom, at sites without a chain of their own. */
  escalation: `${v1}/organization/escalation`,
  /** GET: whether anybody would be told. */
  alertReach: `${v1}/organization/alert-reach`,
  /** GET, PUT, DELETE. */
  siteEscalation: (siteId: string) => `${v1}/sites/${siteId}/escalation`,
  /** GET, PUT: what I want to be told. */
  myAlerts: `${v1}/my-alerts`,
  /** POST: sends me a test now. */
  myAlertsTest: `${v1}/my-alerts/test`,
  /** GET, POST: my browsers that take push messages. */
  pushDevices: `${v1}/my-alerts/devices`,
  /** DELETE. */
  pushDevice: (deviceId: string) => `${v1}/my-alerts/devices/${deviceId}`,
  /** POST: a code to my number. */
  phoneCode: `${v1}/my-alerts/phone/code`,
  /** POST: the code. */
  phoneProof: `${v1}/my-alerts/phone/proof`,
  /** POST: sends a test alert now. */
  channelTest: (channelId: string) => `${v1}/channels/${channelId}/test`,
} as const;
