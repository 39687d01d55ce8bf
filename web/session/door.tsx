// The frame of the pages before the sign-in: one card on a quiet ground.

import './session.css';
import type { ReactNode } from 'react';
import { Mark } from '../ui/logo.tsx';

interface DoorProps {
  /** Of the window; the heading where it is left out. */
  readonly title?: string;
  readonly heading: string;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
}

export function Door({ title, heading, lead, children }: DoorProps) {
  return (
    <main className="door">
      <title>{`${title ?? heading} · Vedette`}</title>
      <div className="door-card card">
        <div className="door-head">
          <Mark size={52} />
          <h1>{heading}</h1>
          {lead !== undefined && <div className="quiet">{lead}</div>}
        </div>
        {children}
      </div>
    </main>
  );
}
