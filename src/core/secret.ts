// A secret is a handle: it can be used, but printing, logging or serialising it shows nothing.

export interface Secret {
  /** The secret itself. Call it where it is used, never where it could be kept. */
  reveal(): string;
  toString(): string;
  toJSON(): string;
}

const redacted = '[redacted]';

export function secret(value: string): Secret {
  return {
    reveal: () => value,
    toString: () => redacted,
    toJSON: () => redacted,
  };
}
