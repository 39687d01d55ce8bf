// Evidence that is sent to authorities.

import { z } from 'zod';
import { email, id, isPlainText, maxNameLength, name, SpanQuery, time } from './common.ts';
import { allowed } from './faults.ts';

/** Longest text of a letter, in characters: two pages. */
export const maxLetterText = 5_000;
/** Cameras of one letter. */
export const maxCameras = 16;

/** What of a clip is made unrecognisable: the privacy masks of its camera. */
export const blurs = ['masks'] as const;

export const ClipQuery = SpanQuery.extend({ blur: z.enum(blurs).optional() });

/** A line that may be left empty. */
const line = z
  .string()
  .trim()
  .normalize()
  .max(maxNameLength)
  .refine(isPlainText)
  .register(allowed, { allowed: `at most ${maxNameLength} characters, without line breaks or hidden marks` });

/** Text of several lines; nothing in it is hidden. */
const text = z
  .string()
  .max(maxLetterText)
  .refine((value) => isPlainText(value.replace(/[\n\r\t]/g, ' ')))
  .register(allowed, { allowed: `at most ${maxLetterText} characters, without hidden marks` });

export const AuthorityLetterInput = z.object({
  recipient: z.object({
    name: line,
    office: name,
    email,
  }),
  /** The authority's own number. */
  reference: line,
  text,
  cameraIds: z
    .array(id)
    .min(1)
    .max(maxCameras)
    .register(allowed, { allowed: `1 to ${maxCameras} cameras of the site` }),
  /** The span of the clips, at most 10 minutes. */
  from: time,
  to: time,
  /** Whether what lies behind privacy masks is covered in clips and snapshot. */
  coverMasks: z.boolean().default(true),
});
export type AuthorityLetterInput = z.infer<typeof AuthorityLetterInput>;

export const AuthorityLetter = z.object({
  id,
  recipient: z.object({ name: z.string(), office: z.string(), email: z.string() }),
  reference: z.string(),
  cameras: z.array(z.string()),
  from: time,
  to: time,
  coverMasks: z.boolean(),
  /** Who sends it. */
  who: z.string(),
  /** `sent`: the mail server took it. */
  state: z.enum(['waiting', 'sent', 'failed']),
  attempts: z.int(),
  problem: z.string().nullable(),
  createdAt: time,
  sentAt: time.nullable(),
});
export type AuthorityLetter = z.infer<typeof AuthorityLetter>;

export const AuthorityLetters = z.object({
  /** Whether there is a mail server to send by. */
  sendsMail: z.boolean(),
  letters: z.array(AuthorityLetter),
});
export type AuthorityLetters = z.infer<typeof AuthorityLetters>;
