// Why a provider's sign-in came back without success. The address has a code, never words: those would be anybody's.

const words: Readonly<Record<string, string>> = {
  'provider-failed':
    'Your organization’s sign-in did not work. Try again; if it keeps failing, tell your administrator.',
  'not-allowed':
    'Your organization’s sign-in knows you, but you have no access here. Ask your administrator.',
  'not-signed-in': 'That took too long, or began in another browser. Start again.',
  'request-invalid': 'That took too long, or began in another browser. Start again.',
  'link-invalid': 'That took too long, or began in another browser. Start again.',
  'credentials-wrong': 'Your account is switched off. Ask your administrator.',
  conflict: 'Your organization cannot take more people. Ask your administrator.',
  'too-many-requests': 'Too many attempts. Wait a few minutes and try again.',
  'not-ready': 'Vedette cannot do its work just now. Try again in a moment.',
};

/** The server's own sentence, from the text of all cookies; null where there is none. */
export function sentenceOfCookies(cookies: string, name: string): string | null {
  const found = cookies
    .split(';')
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${name}=`));
  if (found === undefined) return null;
  try {
    return decodeURIComponent(found.slice(name.length + 1)) || null;
  } catch {
    return null;
  }
}

/** The sentence for the code in `?problem=`; a plain one for codes that nobody knows. */
export function problemSentence(code: string): string {
  return Object.hasOwn(words, code) && words[code] !== undefined
    ? words[code]
    : 'Signing in with your organization did not work. Try again.';
}
