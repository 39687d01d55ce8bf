// A part of the organization's page: its title, what it is for, and what stands in it.

import { type ReactNode, useId } from 'react';

interface SectionProps {
  readonly title: string;
  readonly lead?: string;
  /** Beside the title: what adds to it. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, lead, action, children }: SectionProps) {
  const id = useId();
  return (
    <section className="card section" aria-labelledby={id}>
      <header className="section-head">
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
