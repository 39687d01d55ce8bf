// Short forms of alerts: one text message, and what a voice says.

/** Characters of one text message in the alphabet of GSM 03.38 (3GPP TS 23.038 §6.2.1): one more makes it two. */
export const gsmLength = 160;

const gsmBasic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Each of these takes two places. */
const gsmExtended = '^{}\\[~]|€';

/** Signs for which the alphabet has another. */
const replacements: Readonly<Record<string, string>> = {
  '·': ',',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '\u00a0': ' ',
};

/** Places a text takes in a text message; null where it does not fit the alphabet. */
export function gsmPlaces(text: string): number | null {
  let places = 0;
  for (const character of text) {
    if (gsmBasic.includes(character)) places += 1;
    else if (gsmExtended.includes(character)) places += 2;
    else return null;
  }
  return places;
}

/**
 * `words` and `link` as one text message where that can be: signs are replaced by those of the alphabet, accents it
 * lacks are dropped, and words are cut before the link is. In other scripts a message is longer, and says it all.
 */
export function textMessage(words: string, link: string | null): string {
  const tail = link === null ? '' : ` ${link}`;
  const plain = inAlphabet(words);
  const places = gsmPlaces(`${plain}${tail}`);
  if (places === null || places <= gsmLength) return `${plain}${tail}`;
  const room = gsmLength - (gsmPlaces(tail) ?? tail.length) - 3;
  if (room < 20) return `${plain}${tail}`;
  let kept = plain;
  while ((gsmPlaces(kept) ?? 0) > room) kept = kept.slice(0, -1);
  return `${kept.trimEnd()}...${tail}`;
}

/** What a voice says: twice, because nobody listens from the first word on. */
export function spoken(words: string): string {
  const plain = words.replace(/\s*·/g, ',').replace(/\s+/g, ' ').trim();
  const ended = /[.!?]$/.test(plain) ? plain : `${plain}.`;
  return `This is Vedette. ${ended} I repeat. ${ended}`;
}

function inAlphabet(text: string): string {
  return [...text.normalize('NFC')]
    .map((character) => {
      if (gsmPlaces(character) !== null) return character;
      const replaced = replacements[character];
      if (replaced !== undefined) return replaced;
      const bare = character.normalize('NFD').replace(/\p{Mn}/gu, '');
      return gsmPlaces(bare) === null ? character : bare;
    })
    .join('')
    .replace(/ ,/g, ',');
}
