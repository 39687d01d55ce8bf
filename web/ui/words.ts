// Times and durations as words. Pages speak British English with a 24-hour clock, in the site's time zone.

const locale = 'en-GB';
const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${name}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone, hourCycle: 'h23' });
  formats.set(key, made);
  return made;
}

/** "14:32" */
export function clockMinutes(at: number, zone: string): string {
  return format(zone, 'minutes', { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** "14:32:07" */
export function clockSeconds(at: number, zone: string): string {
  return format(zone, 'seconds', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at);
}

/** "Today", "Yesterday", "Tue 4 Nov" or, in another year, "4 Nov 2024". */
export function day(at: number, zone: string, now: number): string {
  const date = isoDate(at, zone);
  if (date === isoDate(now, zone)) return 'Today';
  if (date === isoDate(now - 86_400_000, zone)) return 'Yesterday';
  if (date.slice(0, 4) === isoDate(now, zone).slice(0, 4)) {
    return format(zone, 'day', { weekday: 'short', day: 'numeric', month: 'short' })
      .format(at)
      .replace(',', '');
  }
  return format(zone, 'year', { day: 'numeric', month: 'short', year: 'numeric' }).format(at);
}

/** "Today 14:32" */
export function moment(at: number, zone: string, now: number): string {
  return `${day(at, zone, now)} ${clockMinutes(at, zone)}`;
}

/** "today 14:32": the moment inside a sentence. */
export function momentInside(at: number, zone: string, now: number): string {
  return moment(at, zone, now).replace(/^(Today|Yesterday)/, (word) => word.toLowerCase());
}

/** "8 s", "2 min 5 s", "3 h 12 min", "4 days". Never negative. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return minutes < 10 && seconds % 60 > 0 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}

/** "just now", "12 s ago", "3 min ago". */
export function ago(at: number, now: number): string {
  if (now - at < 5000) return 'just now';
  const coarse = now - at < 60_000 ? now - at : Math.floor((now - at) / 60_000) * 60_000;
  return `${duration(coarse)} ago`;
}

/** "just now", "12 min ago", "3 h ago", "5 days ago": one unit, for tables. */
export function agoRoughly(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}

/** "3.4 Mbit/s", "820 kbit/s". */
export function bitRate(bitsPerSecond: number): string {
  if (bitsPerSecond >= 1_000_000) return `${(bitsPerSecond / 1_000_000).toFixed(1)} Mbit/s`;
  return `${Math.round(bitsPerSecond / 1000)} kbit/s`;
}

/** "1 camera", "2 cameras". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** The time zone of this device, for example "Europe/Berlin". */
export function ownTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

function isoDate(at: number, zone: string): string {
  const known = `${zone} iso`;
  const made =
    formats.get(known) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(known, made);
  return made.format(at);
}
