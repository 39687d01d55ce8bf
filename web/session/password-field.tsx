// A new password: how hard it is to guess is shown while it is typed.

import './password-field.css';
import { passwordStrength } from '../setup/password-strength.ts';
import { TextField } from '../ui/field.tsx';

interface PasswordFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** Name and address of the person: they make a password easy to guess. */
  readonly own: readonly string[];
  readonly error: string | undefined;
  readonly autoFocus?: boolean;
}

export function PasswordField({ label, value, onValue, own, error, autoFocus }: PasswordFieldProps) {
  const strength = passwordStrength(value, own);
  return (
    <TextField
      label={label}
      type="password"
      value={value}
      onChange={(event) => onValue(event.target.value)}
      autoComplete="new-password"
      autoFocus={autoFocus === true}
      hint={
        <span className="strength" data-level={strength.level}>
          <span className="strength-bars" aria-hidden="true">
            <i />
            <i />
            <i />
            <i />
          </span>
          {strength.advice}
        </span>
      }
      error={error}
    />
  );
}
