// A form at work: checked by the contract, sent, and where either refuses, what is wrong with which field.

import { type FormEvent, type RefObject, useRef, useState } from 'react';
import type { z } from 'zod';
import { sentence, wasCancelled } from '../app/api.ts';
import { check, type FieldErrors, fieldsOf, focusFirstError } from './form.ts';

interface Form {
  readonly ref: RefObject<HTMLFormElement | null>;
  /** What is wrong, by field; and, where sending failed, in one sentence. */
  readonly fields: FieldErrors;
  readonly problem: string | null;
  readonly busy: boolean;
  readonly onSubmit: (event: FormEvent) => void;
  /** Takes back what was said to be wrong: the form asks for something else now. */
  readonly reset: () => void;
}

/** `input` as it stands is checked with `schema` and given to `send`; what `send` throws is shown. */
export function useForm<S extends z.ZodType>(
  schema: S,
  input: z.input<S>,
  send: (value: z.output<S>) => Promise<void>,
): Form {
  const ref = useRef<HTMLFormElement>(null);
  const [fields, setFields] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  function refuse(faults: FieldErrors, words: string | null) {
    setFields(faults);
    setProblem(words);
    setBusy(false);
    focusFirstError(ref.current);
  }
  /** Called off: the form stands as it was, with the focus where it was. */
  function leave() {
    setBusy(false);
    requestAnimationFrame(() => ref.current?.querySelector<HTMLElement>('[type="submit"]')?.focus());
  }
  async function submit() {
    const checked = check(schema, input);
    if (!checked.ok) return refuse(checked.fields, null);
    setFields({});
    setProblem(null);
    setBusy(true);
    try {
      await send(checked.value);
      setBusy(false);
    } catch (error) {
      if (wasCancelled(error)) leave();
      else refuse(fieldsOf(error), sentence(error));
    }
  }
  return {
    ref,
    fields,
    problem,
    busy,
    onSubmit(event) {
      event.preventDefault();
      void submit();
    },
    reset() {
      setFields({});
      setProblem(null);
    },
  };
}
