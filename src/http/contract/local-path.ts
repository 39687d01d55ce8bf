// Paths of this server and nothing else: where a sign-in may lead back to.

/**
 * Whether a browser that is sent to `text` stays here. "//evil.example" would be another server, and so would
 * "/.//evil.example" once its dots are resolved (WHATWG URL §4.5).
 */
export function isLocalPath(text: string): boolean {
  if (!/^\/(?![/\\])[^\\\p{C}]*$/u.test(text)) return false;
  const url = URL.parse(text, 'http://here.invalid');
  return url !== null && url.host === 'here.invalid' && !url.pathname.startsWith('//');
}
