// What lies over the picture while there is none: what is the matter, and what happens next.

import type { ReactNode } from 'react';
import { Icon, type IconName } from '../ui/icons.tsx';

interface PlayerVeilProps {
  readonly icon: IconName;
  readonly title: string;
  /** A sentence more. */
  readonly children?: ReactNode;
}

export function PlayerVeil({ icon, title, children }: PlayerVeilProps) {
  return (
    <div className="player-veil" role="status">
      <Icon name={icon} size={30} />
      <strong>{title}</strong>
      {children !== undefined && <p className="clamp">{children}</p>}
    </div>
  );
}
