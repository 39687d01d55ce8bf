// A row of a card on the account page: what it is, how it stands, and what can be done.

import type { ReactNode } from 'react';

interface RowProps {
  readonly title: ReactNode;
  readonly detail: ReactNode;
  readonly children?: ReactNode;
}

export function Row({ title, detail, children }: RowProps) {
  return (
    <div className="account-row">
      <div className="account-row-words">
        <p className="account-row-title">{title}</p>
        <p className="quiet small">{detail}</p>
      </div>
      {children !== undefined && <div className="account-row-buttons">{children}</div>}
    </div>
  );
}
