// The headers of a record of the images topic: what integrators write, and the schema that they can check it with.

import { z } from 'zod';
import { branded, type SiteId } from '../core/brand.ts';
import { imageMediaTypes, maxIdempotencyKeyLength } from '../core/image/pushed-image.ts';

const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

// No control characters, line breaks or marks that reorder, nor a space at either end: as a schema can say it.
const plainName =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it keeps out.
  /^(?=\S)[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]{0,79}[^\s\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]$/;

/** Text in UTF-8, each. Headers that are not named here are not looked at. */
export const RecordHeadersSchema = z
  .object({
    source: uuid.describe('The id of the source that signs.'),
    site: uuid.describe('The id of the site that the image is of.'),
    camera: z
      .string()
      .regex(plainName)
      .optional()
      .describe(
        "The integrator's own name for the camera: its first image makes it. Not looked at beside camera-id.",
      ),
    'camera-id': uuid.optional().describe('Instead of a name: the id of a camera that is there.'),
    'taken-at': z
      .string()
      .regex(/^[0-9]{1,15}$/)
      .describe('When the image was taken, in milliseconds since 1970, UTC.'),
    'content-type': z.enum(imageMediaTypes).describe('What the value is.'),
    strip: z
      .enum(['true', 'false'])
      .optional()
      .describe('Whether to remove what says where, when and with what it was taken.'),
    'idempotency-key': z
      .string()
      .regex(new RegExp(`^[\\x21-\\x7e]{1,${maxIdempotencyKeyLength}}$`))
      .describe('Another one for each image: the same one again is the same image.'),
    signature: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/)
      .describe("HMAC-SHA-256 of the signed text with the source's secret, in hexadecimal."),
  })
  .meta({ title: 'Headers of a record of the images topic of Vedette' });

const ReadHeaders = RecordHeadersSchema.extend({
  'taken-at': RecordHeadersSchema.shape['taken-at'].transform(Number),
  strip: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
});
export type RecordHeaders = z.output<typeof ReadHeaders>;

/** What the headers say, or the name of the first that is missing or wrong: one of ours, whatever its value. */
export function readHeaders(
  headers: Readonly<Record<string, string>>,
): RecordHeaders | { readonly wrong: string } {
  const read = ReadHeaders.safeParse(headers);
  return read.success ? read.data : { wrong: String(read.error.issues[0]?.path[0] ?? 'source') };
}

/** The site of headers that are wrong elsewhere; null where that is none, too. */
export function siteOf(headers: Readonly<Record<string, string>>): SiteId | null {
  const site = uuid.safeParse(headers.site);
  return site.success ? branded<SiteId>(site.data) : null;
}

/** JSON Schema (2020-12) of the headers, for docs/reference. */
export function recordHeadersJsonSchema(): unknown {
  return z.toJSONSchema(RecordHeadersSchema, { io: 'input' });
}
