// A part of the account page: a heading, what can be done, and rows.

import { type ReactNode, useId } from 'react';

interface CardProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

export function Card({ title, lead, action, children }: CardProps) {
  const id = useId();
  return (
    <section className="card account-card" aria-labelledby={id}>
      <header className="account-card-head">
        <div>
          <h2 id={id}>{title}</h2>
          {lead !== undefined && <p className="quiet small">{lead}</p>}
        </div>
        {action}
      </header>
      {children}
    </section>
  );
}

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
