// How hard a password is to guess, judged kindly and on this device only.

import { minPasswordLength } from '../../src/http/contract/session.ts';

export interface Strength {
  /** 0 (nothing yet) to 4 (strong). */
  readonly level: 0 | 1 | 2 | 3 | 4;
  readonly advice: string;
}

/**
 * Length counts most (NIST SP 800-63B §5.1.1.2: no rules on kinds of characters). Repetition, sequences and
 * the person's own name or address count as one character.
 */
export function passwordStrength(password: string, own: readonly string[]): Strength {
  if (password === '')
    return { level: 0, advice: `At least ${minPasswordLength} characters. A short sentence is best.` };
  if (password.length < minPasswordLength) {
    const missing = minPasswordLength - password.length;
    return { level: 1, advice: `${missing} more ${missing === 1 ? 'character' : 'characters'} to go.` };
  }
  const worth = effectiveLength(password, own);
  if (worth < 8) return { level: 1, advice: 'Easy to guess. Add a few unrelated words.' };
  if (worth < 12) return { level: 2, advice: 'Fair. One more word makes it much harder to guess.' };
  if (worth < 16) return { level: 3, advice: 'Good.' };
  return { level: 4, advice: 'Strong.' };
}

function effectiveLength(password: string, own: readonly string[]): number {
  let text = password.toLowerCase();
  const guessable = [...own.flatMap((one) => one.toLowerCase().split(/[^\p{L}\p{N}]+/u)), ...common];
  for (const word of guessable) if (word.length >= 3) text = text.replaceAll(word, word.slice(0, 1));
  let worth = 0;
  for (let index = 0; index < text.length; index++) {
    const step = (text.codePointAt(index) ?? 0) - (text.codePointAt(index - 1) ?? -100);
    worth += step === 0 || Math.abs(step) === 1 ? 0.3 : 1;
  }
  return worth;
}

const common = [
  'password',
  'passwort',
  'qwerty',
  'qwertz',
  'letmein',
  'welcome',
  'camera',
  'vedette',
  'admin',
  'secret',
];
