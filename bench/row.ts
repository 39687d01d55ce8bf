// A row of the bench table, and the table.

/** One figure, with the peer or limit that was measured beside it in the same run. */
export interface Row {
  /** "recording/cpu" */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is compared with: a peer's figure of this run, or a limit. Null where there is none. */
  readonly peer: { readonly name: string; readonly value: number } | null;
  /** "≤ 8" */
  readonly target: string;
  readonly met: boolean;
}

/** value ÷ peer; null without a peer. */
export function ratio(row: Row): number | null {
  return row.peer === null || row.peer.value === 0 ? null : row.value / row.peer.value;
}

/** A row whose target is a greatest value. */
export function atMost(
  name: string,
  value: number,
  unit: string,
  limit: number,
  peer: Row['peer'] = null,
): Row {
  return { name, value, unit, peer, target: `≤ ${limit}`, met: value <= limit };
}

/** A row whose target is a least value. */
export function atLeast(
  name: string,
  value: number,
  unit: string,
  limit: number,
  peer: Row['peer'] = null,
): Row {
  return { name, value, unit, peer, target: `≥ ${limit}`, met: value >= limit };
}

/** A figure without a target. */
export function counted(name: string, value: number, unit: string, peer: Row['peer'] = null): Row {
  return { name, value, unit, peer, target: 'none', met: true };
}

/** A row whose target is an exact value: counts. */
export function exactly(
  name: string,
  value: number,
  unit: string,
  wanted: number,
  peer: Row['peer'] = null,
): Row {
  return { name, value, unit, peer, target: `= ${wanted}`, met: value === wanted };
}

/** A Markdown table, so that what is printed can be kept. */
export function markdownTable(rows: readonly Row[]): string {
  const head = ['name', 'value', 'unit', 'beside it', 'ratio', 'target', 'met'];
  const body = rows.map((row) => [
    row.name,
    number(row.value),
    row.unit,
    row.peer === null ? '–' : `${row.peer.name}: ${number(row.peer.value)}`,
    ratio(row)?.toFixed(2) ?? '–',
    row.target,
    row.met ? 'yes' : '**no**',
  ]);
  const widths = head.map((title, column) =>
    Math.max(...[head, ...body].map((cells) => (cells[column] ?? title).length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1);
}
