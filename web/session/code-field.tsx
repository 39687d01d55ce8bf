// The field for a code of a second factor: typed, pasted or filled in by the phone.

import './code-field.css';
import { TextField } from '../ui/field.tsx';
import { appCode, appCodeLength } from './code.ts';

export type CodeKind = 'app' | 'recovery';

interface CodeFieldProps {
  readonly kind: CodeKind;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly error: string | undefined;
}

export function CodeField({ kind, value, onValue, error }: CodeFieldProps) {
  if (kind === 'recovery') {
    return (
      <TextField
        key="recovery"
        label="Recovery code"
        value={value}
        onChange={(event) => onValue(event.target.value)}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        hint="One of those that you kept when you set the second factor up. Each works once."
        error={error}
      />
    );
  }
  return (
    <span className="code-field">
      <TextField
        key="app"
        label="Code from your app"
        value={value}
        onChange={(event) => onValue(appCode(event.target.value))}
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        placeholder={'0'.repeat(appCodeLength)}
        error={error}
      />
    </span>
  );
}
