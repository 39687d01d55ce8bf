// Passkeys in words: why there are none here, and what went wrong with one.

interface Surroundings {
  readonly isSecureContext: boolean;
  readonly hostname: string;
  /** Whether the browser knows WebAuthn at all, and its JSON forms (Level 3 §5.1.8–§5.1.10). */
  readonly hasWebAuthn: boolean;
  readonly hasJsonForms: boolean;
}

/** Why passkeys cannot work in these surroundings, and what to do; null where they can. */
export function passkeyHindrance(here: Surroundings): string | null {
  if (!here.isSecureContext)
    return 'Passkeys work only where Vedette is opened by https, or on the machine itself by localhost.';
  if (isIpAddress(here.hostname))
    return 'Passkeys need a host name, and this page was opened by an IP address. Open Vedette by its name.';
  if (!here.hasWebAuthn) return 'This browser does not know passkeys.';
  if (!here.hasJsonForms) return 'This browser is too old for passkeys. Update it, or use another one.';
  return null;
}

/** What went wrong, by the name of the browser's error; null where the person called it off (or waited too long). */
export function passkeyProblem(errorName: string): string | null {
  switch (errorName) {
    case 'NotAllowedError':
    case 'AbortError':
      return null;
    case 'InvalidStateError':
      return 'This device holds a passkey for your account already.';
    case 'NotSupportedError':
    case 'ConstraintError':
      return 'This device cannot make a passkey that asks for a finger, face or code. Try another device or a security key.';
    case 'SecurityError':
      return 'Passkeys of this Vedette belong to another address. Open it by the name that it is known by.';
    default:
      return 'The browser could not use a passkey. Try again, or another way.';
  }
}

/** A name for a passkey made here: "iPhone", "Windows PC". The person may change it. */
export function deviceName(userAgent: string): string {
  const known = [
    [/iPhone/, 'iPhone'],
    [/iPad/, 'iPad'],
    [/Android.*Mobile/, 'Android phone'],
    [/Android/, 'Android tablet'],
    [/Windows/, 'Windows PC'],
    [/Macintosh/, 'Mac'],
    [/CrOS/, 'Chromebook'],
    [/Linux/, 'Linux PC'],
  ] as const;
  return known.find(([pattern]) => pattern.test(userAgent))?.[1] ?? 'Passkey';
}

function isIpAddress(hostname: string): boolean {
  return hostname.startsWith('[') || /^\d{1,3}(\.\d{1,3}){3}$/.test(hostname);
}
