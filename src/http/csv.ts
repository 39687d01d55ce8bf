// CSV (RFC 4180), as spreadsheets read it without running what stands in it.

/** Lines with a head; numbers keep a point. The mark at the beginning has Excel read it as UTF-8. */
export function csv(
  head: readonly string[],
  lines: readonly (readonly (string | number | null)[])[],
): string {
  return `\ufeff${[head, ...lines].map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  // A name that begins so would be a formula: OWASP, "CSV Injection".
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
