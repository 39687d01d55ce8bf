// Names that somebody else chose, as they are shown to a person: on one line, and in a bounded width.

/**
 * What a terminal or a log would obey instead of showing: control characters (C0, DEL, C1), line and paragraph
 * separators, and the marks that turn the direction of writing (Unicode, "Trojan Source", CVE-2021-42574).
 */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** `name` with what cannot be shown escaped (`\u{1b}`), and its middle left out beyond `maxLength` characters. */
export function shown(name: string, maxLength = Number.POSITIVE_INFINITY): string {
  // Characters, not halves of them; the end tells more than the beginning: it is the name of the file.
  const characters = Array.from(name.replace(unprintable, escaped));
  if (characters.length <= maxLength) return characters.join('');
  const head = Math.floor((maxLength - 1) / 3);
  const tail = maxLength - 1 - head;
  return `${characters.slice(0, head).join('')}…${characters.slice(-tail).join('')}`;
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
