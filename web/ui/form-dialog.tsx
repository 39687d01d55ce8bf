// A dialog that is a form: fields, what is wrong, and two ways out.

import type { ReactNode } from 'react';
import type { z } from 'zod';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import type { FieldErrors } from './form.ts';
import { Notice } from './notice.tsx';
import { useForm } from './use-form.ts';

interface FormDialogProps<S extends z.ZodType> {
  readonly title: string;
  readonly wide?: boolean;
  /** What the button that sends says. */
  readonly action: string;
  readonly schema: S;
  /** What was typed so far. */
  readonly input: z.input<S>;
  /** Sends it, and closes the dialog when that succeeded. */
  readonly send: (value: z.output<S>) => Promise<void>;
  readonly onClose: () => void;
  readonly children: (fields: FieldErrors) => ReactNode;
  /** What is done beside the form, below it. What leads elsewhere keeps what was typed: it is the caller's. */
  readonly below?: ReactNode;
}

export function FormDialog<S extends z.ZodType>(props: FormDialogProps<S>) {
  const { title, wide, action, schema, input, send, onClose, children, below } = props;
  const form = useForm(schema, input, send);
  return (
    <Dialog title={title} wide={wide === true} onClose={onClose}>
      <form ref={form.ref} className="stack" noValidate onSubmit={form.onSubmit}>
        {children(form.fields)}
        {form.problem !== null && <Notice tone="bad">{form.problem}</Notice>}
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={form.busy}>
            {action}
          </Button>
        </div>
      </form>
      {below !== undefined && below !== false && (
        <>
          <hr className="settings-line" />
          {below}
        </>
      )}
    </Dialog>
  );
}
