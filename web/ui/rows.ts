// Rows of a table: which are found, and in which order. No rendering here.

/** What a column sorts by; null (never, unknown) comes last, whatever the direction. */
export type SortValue = string | number | null;

/** What is shown of a table: the words looked for, the column it is sorted by, and the direction. */
export interface TableView {
  readonly find: string;
  readonly sort: string;
  /** Largest or last first. */
  readonly down: boolean;
}

/** A view as it stands in the address of a page, where only what differs from the usual is named. */
export type TableSearch = {
  find?: string | undefined;
  sort?: string | undefined;
  down?: boolean | undefined;
};

/** Longest text that is looked for, in characters: an address holds no more than somebody types. */
const maxFindLength = 200;

const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/**
 * The part of an address that is about a table. What does not fit is undefined rather than left out: the router lays
 * this over the address as it is.
 */
export function tableSearch({ find, sort, down }: Record<string, unknown>): TableSearch {
  // "12" in an address is read as a number.
  const words = typeof find === 'string' || typeof find === 'number' ? String(find) : '';
  return {
    find: words === '' ? undefined : words.slice(0, maxFindLength),
    sort: typeof sort === 'string' ? sort : undefined,
    down: typeof down === 'boolean' ? down : undefined,
  };
}

/** The view of an address, with the usual order where it names none. */
export function viewOf(search: TableSearch, usual: { sort: string; down: boolean }): TableView {
  const { find = '', sort = usual.sort } = search;
  return { find, sort, down: search.down ?? (sort === usual.sort ? usual.down : false) };
}

/** A new list in the order of `value`; rows that are equal keep theirs. */
export function sortedBy<R>(rows: readonly R[], value: (row: R) => SortValue, down: boolean): R[] {
  const sign = down ? -1 : 1;
  return rows
    .map((row) => ({ row, key: value(row) }))
    .toSorted((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      return sign * compare(a.key, b.key);
    })
    .map(({ row }) => row);
}

/** Whether every word of `find` stands somewhere in one of `texts`; case and accents do not matter. */
export function isFound(find: string, texts: readonly string[]): boolean {
  const words = plain(find).split(/\s+/);
  const text = plain(texts.join('\n'));
  return words.every((word) => text.includes(word));
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : order.compare(String(a), String(b));
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
