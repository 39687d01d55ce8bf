// The names of what lies in the query cache.

export const keys = {
  welcome: ['welcome'] as const,
  standing: ['standing'] as const,
  setupLink: (token: string) => ['setup-link', token] as const,
  me: ['me'] as const,
  account: ['account'] as const,
  accountSessions: ['account-sessions'] as const,
  passkeys: ['passkeys'] as const,
  invitationLook: (token: string) => ['invitation-look', token] as const,
  sites: ['sites'] as const,
  /** Below `sites`, so that they are read again with them. */
  schedule: (siteId: string) => ['sites', 'schedule', siteId] as const,
  armingHistory: (siteId: string) => ['sites', 'arming-history', siteId] as const,
  cameras: ['cameras'] as const,
  /** The newest pushed image of each camera. */
  newestImages: ['newest-image'] as const,
  newestImage: (cameraId: string) => ['newest-image', cameraId] as const,
  suppressions: (cameraId: string) => ['suppressions', cameraId] as const,
  zones: (cameraId: string) => ['zones', cameraId] as const,
  timelines: (cameraId: string) => ['timeline', cameraId] as const,
  timeline: (cameraId: string, from: number, to: number) => ['timeline', cameraId, from, to] as const,
  /** Pushed images; below `timelines`, too. */
  images: (cameraId: string, from: number, to: number) => ['timeline', cameraId, from, to, 'images'] as const,
  /** The same with paths; below `timelines`, too. */
  timelinePaths: (cameraId: string, from: number, to: number) =>
    ['timeline', cameraId, from, to, 'paths'] as const,
  /** All lists of incidents. */
  incidents: ['incidents'] as const,
  incidentList: (state: 'unresolved' | 'all') => ['incidents', state] as const,
  incidentPages: (filters: string) => ['incidents', 'pages', filters] as const,
  incident: (incidentId: string) => ['incident', incidentId] as const,
  /** What the duty screen watches; below `incidents`, too. */
  duty: ['incidents', 'duty'] as const,
  report: (parameters: string) => ['report', parameters] as const,
  /** Below the incident, so that it is read again with it. */
  authorityLetters: (incidentId: string) => ['incident', incidentId, 'authority-letters'] as const,
  assignable: (incidentId: string) => ['assignable', incidentId] as const,
  devices: (siteId: string) => ['devices', siteId] as const,
  channels: ['channels'] as const,
  automation: ['automation'] as const,
  chain: (siteId: string | null) => ['chain', siteId] as const,
  chains: ['chain'] as const,
  /** Below the chains, so that it is read again with them. */
  alertReach: ['chain', 'reach'] as const,
  myAlerts: ['my-alerts'] as const,
  pushDevices: ['push-devices'] as const,
  thisBrowser: ['this-browser'] as const,
  people: ['people'] as const,
  invitations: ['invitations'] as const,
  organization: ['organization'] as const,
  providers: ['providers'] as const,
  accessKeys: ['access-keys'] as const,
  imageSources: ['image-sources'] as const,
  putAside: ['put-aside'] as const,
  /** Lists for tables and of one site; below `incidents`, so that they are read again with it. */
  incidentTable: ['incidents', 'table'] as const,
  incidentsOf: (siteId: string | null) => ['incidents', 'newest', siteId] as const,
};
