// The names of what lies in the query cache.

export const keys = {
  welcome: ['welcome'] as const,
  setupLink: (token: string) => ['setup-link', token] as const,
  me: ['me'] as const,
  sites: ['sites'] as const,
  cameras: ['cameras'] as const,
  timelines: (cameraId: string) => ['timeline', cameraId] as const,
  timeline: (cameraId: string, from: number, to: number) => ['timeline', cameraId, from, to] as const,
  /** All lists of incidents. */
  incidents: ['incidents'] as const,
  incidentList: (state: 'unresolved' | 'all') => ['incidents', state] as const,
  incident: (incidentId: string) => ['incident', incidentId] as const,
  channels: ['channels'] as const,
};
