// What does not work as usual, for people.

import { z } from 'zod';
import { degradedModeNames } from '../../core/standing.ts';

export const DegradedModeName = z.enum(degradedModeNames);

export const StandingAnswer = z.object({
  degraded: z.array(z.object({ name: DegradedModeName, sentence: z.string() })),
});
export type StandingAnswer = z.output<typeof StandingAnswer>;
