// What the setup has gathered so far, step by step, and what it sends.

import type { z } from 'zod';
import { SetupInput } from '../../src/http/contract/session.ts';
import { emptySource, type SourceDraft, toSource } from '../camera/source-draft.ts';
import type { FieldErrors } from '../ui/form.ts';

export const steps = ['you', 'place', 'camera'] as const;
export type Step = (typeof steps)[number];

export interface SetupDraft {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly organizationName: string;
  readonly siteName: string;
  readonly timeZone: string;
  readonly cameraName: string;
  readonly source: SourceDraft;
}

export function emptyDraft(timeZone: string): SetupDraft {
  return {
    name: '',
    email: '',
    password: '',
    organizationName: '',
    siteName: '',
    timeZone,
    cameraName: 'Front yard',
    source: emptySource,
  };
}

/** The body of the setup request. */
export function toSetup(draft: SetupDraft, token: string): z.input<typeof SetupInput> {
  return {
    token,
    name: draft.name,
    email: draft.email.trim(),
    password: draft.password,
    organizationName: draft.organizationName,
    siteName: draft.siteName,
    timeZone: draft.timeZone,
    camera: { name: draft.cameraName, source: toSource(draft.source) },
  };
}

const schemas = {
  you: SetupInput.pick({ name: true, email: true, password: true }),
  place: SetupInput.pick({ organizationName: true, siteName: true, timeZone: true }),
  camera: SetupInput.pick({ camera: true }),
} as const satisfies Record<Step, z.ZodType>;

/** The contract's rules for one step alone. */
export function schemaOf(step: Step): z.ZodType {
  return schemas[step];
}

/** The first step that has one of the fields at fault; null when none is ours. */
export function stepOf(fields: FieldErrors): Step | null {
  const faulty = Object.keys(fields).map((path) => path.split('.')[0] ?? '');
  return steps.find((step) => faulty.some((field) => field in schemas[step].shape)) ?? null;
}
