// The order of tables: each after those that it refers to, so that its rows find what they name.

/** `parents` gives what each table refers to; what is not a key of it is left out. A table may refer to itself. */
export function parentsFirst(parents: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const waiting = new Set(parents.keys());
  while (waiting.size > 0) {
    const ready = [...waiting].filter((name) =>
      (parents.get(name) ?? []).every((parent) => parent === name || !waiting.has(parent)),
    );
    if (ready.length === 0) throw new Error(`Tables refer to each other: ${[...waiting].join(', ')}`);
    for (const name of ready) {
      waiting.delete(name);
      done.add(name);
    }
  }
  return [...done];
}
