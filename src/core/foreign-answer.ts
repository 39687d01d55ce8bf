// What a server of somebody else answers, read in one way: a person hears of it in our words, never in the validator's.

import { type ErrorCode, VedetteError } from './errors.ts';

/** What reads an answer: the schema of a validator. */
interface Shape<T> {
  safeParse(
    answer: unknown,
  ): { readonly success: true; readonly data: T } | { readonly success: false; readonly error: Error };
}

/** `answer` in the shape of `schema`. Errors: `otherwise`, where it has another one. */
export function understood<T>(
  schema: Shape<T>,
  answer: unknown,
  { code, sentence }: { readonly code: ErrorCode; readonly sentence: string },
): T {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  throw new VedetteError(code, sentence, { cause: read.error });
}
