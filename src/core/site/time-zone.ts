// Time zones by name.

import { VedetteError } from '../errors.ts';

/** The IANA name as the runtime knows it ("europe/berlin" → "Europe/Berlin"). Errors: `request-invalid`. */
export function checkedTimeZone(timeZone: string): string {
  // Offsets such as "+02:00" are valid for Intl, but a site has a place, and places have summer time.
  if (/^[a-z]/i.test(timeZone)) {
    try {
      return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
    } catch {
      // Told below, in our words.
    }
  }
  const sentence = 'Choose a time zone by its name, for example Europe/Berlin.';
  throw new VedetteError('request-invalid', sentence, { fields: { timeZone: sentence } });
}
