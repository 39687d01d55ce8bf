// A part of a page on a card: its title, what it is for, what adds to it, and what stands in it.

import { type ReactNode, useId } from 'react';

interface TitledSectionProps {
  readonly title: string;
  readonly lead?: ReactNode;
  /** Beside the title. */
  readonly action?: ReactNode;
  /** The class of the section; its header has the same with "-head". */
  readonly look: 'account-card' | 'section';
  readonly children: ReactNode;
}

export function TitledSection({ title, lead, action, look, children }: TitledSectionProps) {
  const id = useId();
  return (
    <section className={`card ${look}`} aria-labelledby={id}>
      <header className={`${look}-head`}>
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
