// The time zones one can choose from, by continent.

/** Options of a select; `first` is offered even where this browser does not list it (UTC, for one). */
export function TimeZoneOptions({ first }: { first: string }) {
  const zones = [...new Set([first, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
  const groups = Map.groupBy(zones, (zone) =>
    zone.includes('/') ? zone.slice(0, zone.indexOf('/')) : 'Other',
  );
  return [...groups]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([group, members]) => (
      <optgroup key={group} label={group}>
        {members.toSorted().map((zone) => (
          <option key={zone} value={zone}>
            {zone.slice(zone.indexOf('/') + 1).replaceAll('_', ' ')}
          </option>
        ))}
      </optgroup>
    ));
}
