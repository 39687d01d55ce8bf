// What went wrong at a provider, when it sends the browser back: read once.

import { problemCookie } from '../../src/http/contract/paths.ts';
import { problemSentence, sentenceOfCookies } from './problem-words.ts';

/** The sentence for `code` (of `?problem=`): the server's own, or ours where its cookie is gone. */
export function takeProblem(code: string): string {
  const isSecure = window.location.protocol === 'https:';
  const name = problemCookie(isSecure);
  const told = sentenceOfCookies(document.cookie, name);
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser that we serve.
  document.cookie = `${name}=; Max-Age=0; Path=/; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return told ?? problemSentence(code);
}
