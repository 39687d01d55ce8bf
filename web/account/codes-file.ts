// Recovery codes as a text that says what it is, years later.

/** One code a line, below what they are for. `host` is where Vedette was opened. */
export function codesFile(codes: readonly string[], host: string): string {
  const lines = [
    `Recovery codes of Vedette at ${host}`,
    'Each opens your account once, in place of the code of your app.',
  ];
  return `${[...lines, '', ...codes].join('\n')}\n`;
}
