// Form fields: a label, an input, and below it a hint or what is wrong.

import { type ComponentProps, type ReactNode, useId } from 'react';

interface FieldProps {
  readonly label: string;
  readonly optional?: boolean;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
}

export function TextField({
  label,
  optional,
  hint,
  error,
  ...input
}: FieldProps & Omit<ComponentProps<'input'>, 'className'>) {
  const id = useId();
  return (
    <Labelled {...{ id, label, hint, error }} optional={optional ?? false}>
      <input
        {...input}
        id={id}
        className="input"
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
      />
    </Labelled>
  );
}

export function SelectField({
  label,
  optional,
  hint,
  error,
  children,
  ...select
}: FieldProps & Omit<ComponentProps<'select'>, 'className'>) {
  const id = useId();
  return (
    <Labelled {...{ id, label, hint, error }} optional={optional ?? false}>
      <select
        {...select}
        id={id}
        className="input"
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
      >
        {children}
      </select>
    </Labelled>
  );
}

/** Text of several lines. */
export function TextAreaField({
  label,
  optional,
  hint,
  error,
  ...area
}: FieldProps & Omit<ComponentProps<'textarea'>, 'className'>) {
  const id = useId();
  return (
    <Labelled {...{ id, label, hint, error }} optional={optional ?? false}>
      <textarea
        {...area}
        id={id}
        className="input text-area"
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
      />
    </Labelled>
  );
}

interface LabelledProps {
  readonly id: string;
  readonly label: string;
  readonly optional: boolean;
  readonly hint: ReactNode;
  readonly error: string | undefined;
  readonly children: ReactNode;
}

function Labelled({ id, label, optional, hint, error, children }: LabelledProps) {
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
        {optional && <span className="field-optional"> · optional</span>}
      </label>
      {children}
      <div id={`${id}-note`} aria-live="polite">
        {error !== undefined ? (
          <p className="field-error">{error}</p>
        ) : (
          hint !== undefined && <div className="field-hint">{hint}</div>
        )}
      </div>
    </div>
  );
}
