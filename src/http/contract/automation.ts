// Home automation: whether the broker is there, and where it finds what.

import { z } from 'zod';

export const Automation = z.object({
  /** Null where no broker is set. */
  broker: z
    .object({
      connected: z.boolean(),
      /** Why it is not, in a sentence. */
      problem: z.string().nullable(),
      /** Below which everything of the organization lies. */
      topic: z.string(),
      /** Where Home Assistant finds devices; null where it is told nothing. */
      discoveryPrefix: z.string().nullable(),
      /** Whether pictures of unresolved incidents are kept at the broker. */
      snapshots: z.boolean(),
    })
    .nullable(),
});
export type Automation = z.infer<typeof Automation>;
