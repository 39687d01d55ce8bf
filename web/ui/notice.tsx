// Notices: a sentence that matters, with the sign of how much. And what is shown where there is nothing yet.

import type { ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';

type NoticeTone = 'info' | 'good' | 'busy' | 'bad';

const icons = { info: 'info', good: 'check', busy: 'clock', bad: 'warning' } as const satisfies Record<
  NoticeTone,
  IconName
>;

interface NoticeProps {
  readonly tone: NoticeTone;
  /** Where the sign of the tone says something else than is meant. */
  readonly icon?: IconName;
  /** False within what is announced already: it would be read out twice. */
  readonly announced?: boolean;
  readonly children: ReactNode;
}

export function Notice({ tone, icon = icons[tone], announced = true, children }: NoticeProps) {
  const role = announced ? { role: tone === 'bad' ? 'alert' : 'status' } : {};
  return (
    <div className={`notice notice-${tone}`} {...role}>
      <Icon name={icon} />
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
