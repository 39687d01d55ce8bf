// What a server of somebody else answers, read in one way: a person hears of it in our words, never in the validator's.

import type { z } from 'zod';
import { type ErrorCode, VedetteError } from './errors.ts';

/** `answer` in the shape of `schema`. Errors: `otherwise`, where it has another one. */
export function understood<S extends z.ZodType>(
  schema: S,
  answer: unknown,
  { code, sentence }: { readonly code: ErrorCode; readonly sentence: string },
): z.output<S> {
  const { success, data, error } = schema.safeParse(answer);
  if (success) return data;
  throw new VedetteError(code, sentence, { cause: error });
}
