// Faults of what came from outside, in sentences of ours: each names the field, what is allowed and what was given.

import { z } from 'zod';

/** Field path ("camera.source.url") → what is wrong with it. */
export type Faults = Readonly<Record<string, string>>;

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: Faults };

/** What a schema accepts, in the words that follow "must be", where its limits alone do not say it well. */
export const allowed = z.registry<{ readonly allowed: string }>();

/** Longest given text that is repeated, in characters: enough to recognise a slip of the finger. */
const maxShownLength = 40;

/** Fields whose value is never repeated: secrets, and addresses that may carry some. */
const hidden = /password|passphrase|secret|token|key|url|^(current|next|code|answer)$/i;

/** `value` as the schema reads it, or the first fault of every field. */
export function checked<S extends z.ZodType>(schema: S, value: unknown): Checked<z.output<S>> {
  const error = ({ path = [] }: { path?: PropertyKey[] | undefined }) => sentence(schema, value, path);
  const result = schema.safeParse(value, { error });
  if (result.success) return { ok: true, value: result.data };
  const faults: Record<string, string> = {};
  for (const { path, message } of result.error.issues) faults[path.join('.') || 'body'] ??= message;
  return { ok: false, faults };
}

function sentence(schema: z.ZodType, root: unknown, path: readonly PropertyKey[]): string {
  const label = labelOf(path);
  const rule = allowedAt(schema, path, root);
  const given = path.reduce<unknown>((value, key) => Object(value)[key], root);
  if (given === undefined || (typeof given === 'string' && given.trim() === '')) {
    return isPlural(label, / number/.test(rule))
      ? `${capital(label)} are missing. They must be ${rule}.`
      : `${capital(label)} is missing. It must be ${rule}.`;
  }
  const isHidden = path.some((key) => hidden.test(String(key)));
  return `${capital(label)} must be ${rule}${isHidden ? '' : `, not ${shown(given)}`}.`;
}

/** "the permissions" are, "the address" is; so many seconds are one number. */
function isPlural(label: string, isNumber: boolean): boolean {
  return !isNumber && /[^sui]s$/.test(label);
}

/** What may stand at `path` of a value: which of several shapes counts, the value itself says. */
function allowedAt(schema: z.core.$ZodType, path: readonly PropertyKey[], value: unknown): string {
  const leaf = unwrapped(schema);
  const [key, ...rest] = path;
  if (key === undefined) return described(leaf);
  const below: unknown = Object(value)[key];
  if (leaf instanceof z.ZodArray) return allowedAt(leaf.element, rest, below);
  if (leaf instanceof z.ZodObject) {
    const field: z.core.$ZodType | undefined = leaf.shape[String(key)];
    return field === undefined ? described(leaf) : allowedAt(field, rest, below);
  }
  if (leaf instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = leaf.def;
    const kind: unknown = Object(value)[discriminator];
    const option = leaf.options.find((one) => kindsOf(one, discriminator).includes(kind));
    if (option !== undefined && key !== discriminator) return allowedAt(option, path, value);
    return choice(leaf.options.flatMap((one) => kindsOf(one, discriminator)));
  }
  if (leaf instanceof z.ZodUnion) {
    const option = leaf.options.find((one) => one instanceof z.ZodObject && String(key) in one.shape);
    if (option !== undefined) return allowedAt(option, path, value);
  }
  return described(leaf);
}

function described(leaf: z.core.$ZodType): string {
  const words = allowed.get(leaf)?.allowed;
  if (words !== undefined) return words;
  if (leaf instanceof z.ZodNumber) return number(leaf);
  if (leaf instanceof z.ZodEnum) return choice(leaf.options);
  if (leaf instanceof z.ZodLiteral) return choice([...leaf.values]);
  if (leaf instanceof z.ZodBoolean) return 'true or false';
  if (leaf instanceof z.ZodUUID) return 'an id';
  if (leaf instanceof z.ZodString) return text(leaf);
  if (leaf instanceof z.ZodArray) return list(leaf);
  if (leaf instanceof z.ZodUndefined) return 'left out';
  return 'an object';
}

function number({ minValue, maxValue, format }: z.ZodNumber): string {
  const noun = format === 'safeint' ? 'a whole number' : 'a number';
  const from = minValue !== null && Math.abs(minValue) < Number.MAX_SAFE_INTEGER ? ` from ${minValue}` : '';
  const to = maxValue !== null && Math.abs(maxValue) < Number.MAX_SAFE_INTEGER ? ` to ${maxValue}` : '';
  return noun + from + to;
}

function text({ minLength, maxLength }: z.ZodString): string {
  if (maxLength === null) return (minLength ?? 0) > 1 ? `text of at least ${minLength} characters` : 'text';
  return minLength === null
    ? `text of at most ${maxLength} characters`
    : `text of ${minLength} to ${maxLength} characters`;
}

/** "a list of 1 to 6"; an empty one is refused too, and must not be told that it is to be a list. */
function list(leaf: z.ZodArray): string {
  const [least, most] = [limit(leaf, 'min_length', 0), limit(leaf, 'max_length', Infinity)];
  if (Number.isFinite(most)) return least > 0 ? `a list of ${least} to ${most}` : `a list of at most ${most}`;
  return least > 0 ? `a list of at least ${least}` : 'a list';
}

function limit(leaf: z.ZodArray, check: 'min_length' | 'max_length', otherwise: number): number {
  const defs = (leaf.def.checks ?? []).map((each): Record<string, unknown> => ({ ...each._zod.def }));
  const found = defs.find((def) => def.check === check);
  return Number(found?.minimum ?? found?.maximum ?? otherwise);
}

export function choice(values: readonly unknown[]): string {
  const quoted = values.map((value) => JSON.stringify(value));
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

function kindsOf(option: z.core.$ZodType, discriminator: string): unknown[] {
  const kind = option instanceof z.ZodObject ? option.shape[discriminator] : null;
  if (kind instanceof z.ZodLiteral) return [...kind.values];
  return kind instanceof z.ZodEnum ? [...kind.options] : [];
}

/** What lies inside of "optional", "nullable", defaults and conversions. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (allowed.get(schema) !== undefined) return schema;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return unwrapped(schema.unwrap());
  }
  if (schema instanceof z.ZodPipe) {
    return unwrapped(schema.out instanceof z.ZodTransform ? schema.in : schema.out);
  }
  return schema;
}

/** What was given, short, on one line and with nothing in it that a terminal or a page would obey. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (Number.isNaN(value)) return 'something that is no number';
  if (typeof value !== 'string') return String(value);
  if (value.length > maxShownLength) return `a text of ${value.length} characters`;
  const escaped = value.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (odd) => `\\u{${odd.codePointAt(0)?.toString(16)}}`);
  return `"${escaped}"`;
}

const words: Readonly<Record<string, string>> = {
  at: 'time of day',
  url: 'address',
  substreamUrl: 'address of the substream',
  email: 'e-mail address',
  current: 'current password',
  next: 'new password',
  returnTo: 'page to come back to',
  answer: 'answer of the passkey',
  username: 'user name',
  body: 'request',
  from: 'start of the span (from)',
  to: 'end of the span (to)',
  before: 'time to look before',
  takenAt: 'time when it was taken (takenAt)',
};

/** "the site name"; settings are called by their names. */
function labelOf(path: readonly PropertyKey[]): string {
  const key = String(path.at(-1) ?? 'body');
  // What stands in a list has no name of its own: "entry 1 of the days".
  if (/^\d+$/.test(key) && path.length > 1)
    return `entry ${Number(key) + 1} of ${labelOf(path.slice(0, -1))}`;
  if (key.startsWith('VEDETTE_')) return key;
  const own = words[key] ?? key.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  const parent = path.at(-2);
  return key === 'name' && typeof parent === 'string' ? `the ${parent} name` : `the ${own}`;
}

function capital(label: string): string {
  return label.slice(0, 1).toUpperCase() + label.slice(1);
}
