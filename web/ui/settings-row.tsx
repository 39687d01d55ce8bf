// A row of a dialog that says what something is, with the button that changes it.

import type { ReactNode } from 'react';

interface SettingsRowProps {
  readonly title: string;
  readonly hint: ReactNode;
  /** The button. */
  readonly children: ReactNode;
}

export function SettingsRow({ title, hint, children }: SettingsRowProps) {
  return (
    <div className="settings-row">
      <p>
        <strong>{title}</strong>
        <span className="quiet small">{hint}</span>
      </p>
      {children}
    </div>
  );
}
