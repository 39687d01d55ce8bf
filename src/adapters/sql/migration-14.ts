// Devices that are not known to be off yet are few; what was switched off ever is not.

export const endingAlarmsSchema: readonly string[] = [
  `create index device_alarms_ending on device_alarms (site_id) where wanted = 'off' and state = 'waiting'`,
];
