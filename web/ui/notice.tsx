// Notices: a sentence that matters, with the sign of how much. And what is shown where there is nothing yet.

import type { ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';

type NoticeTone = 'info' | 'good' | 'busy' | 'bad';

const icons = { info: 'info', good: 'check', busy: 'clock', bad: 'warning' } as const satisfies Record<
  NoticeTone,
  IconName
>;

export function Notice({ tone, children }: { tone: NoticeTone; children: ReactNode }) {
  return (
    <div className={`notice notice-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={icons[tone]} />
      <div>{children}</div>
    </div>
  );
}

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children: ReactNode;
}

/** Nothing here yet: why, and what to do next. */
export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div className="empty">
      <span className="empty-picture">
        <Icon name={icon} size={30} />
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  );
}
