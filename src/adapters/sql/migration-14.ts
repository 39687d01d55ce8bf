// What is asked for while there is much of it: devices that are not known to be off yet, and incidents by a span of time.

export const fewSchema: readonly string[] = [
  // Few beside all that was switched off ever.
  `create index device_alarms_ending on device_alarms (site_id) where wanted = 'off' and state = 'waiting'`,
  // Few beside all incidents: those that began long before a span, and reach into it, are among them.
  `create index incidents_long on incidents (organization_id, start_at, id)
    where end_at is null or end_at - start_at > 3600000`,
];
