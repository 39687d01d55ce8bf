// CSV (RFC 4180), as spreadsheets read it without running what stands in it.

/** Lines with a head; numbers keep a point. The mark at the beginning has Excel read it as UTF-8. */
export function csv(
  head: readonly string[],
  lines: readonly (readonly (string | number | null)[])[],
): string {
  return `\ufeff${[head, ...lines].map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** What spreadsheets begin a formula with, in both widths: OWASP, "CSV Injection". */
const formula = '[=+@\\-\\uff1d\\uff0b\\uff0d\\uff20]';
/** A formula at the begin of a cell, or after what separates cells elsewhere: half of the world splits at semicolons. */
const formulas = new RegExp(`(?:^|[;\\t\\r\\n])(?=\\s*${formula})`, 'g');

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = value.replace(formulas, "$&'");
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
