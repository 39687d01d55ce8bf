// The server's clock as this device sees it: a phone that is minutes off must still find the live edge.

/** The Date header counts whole seconds, so a smaller difference than this is noise, in ms. */
const noticeableOffsetMs = 2000;

let offsetMs = 0;

/** Server time minus device time; 0 while the difference is too small to be known. */
export function clockOffsetMs(serverDate: string | null, deviceNow: number): number | null {
  const server = serverDate === null ? Number.NaN : Date.parse(serverDate);
  if (Number.isNaN(server)) return null;
  // The header was cut to its second: on average half a second has passed.
  const difference = server + 500 - deviceNow;
  return Math.abs(difference) < noticeableOffsetMs ? 0 : difference;
}

export function noteServerDate(serverDate: string | null): void {
  offsetMs = clockOffsetMs(serverDate, Date.now()) ?? offsetMs;
}

/** Now, by the server's clock, in ms since the epoch. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}
