// Buttons: one look for things that act, whatever they are made of.

import type { ComponentProps } from 'react';
import { Icon, type IconName } from './icons.tsx';

export type ButtonLook = 'primary' | 'plain' | 'ghost' | 'danger';

export function buttonClass(look: ButtonLook = 'plain', size: 'normal' | 'small' = 'normal'): string {
  return `button button-${look}${size === 'small' ? ' button-small' : ''}`;
}

interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  readonly look?: ButtonLook;
  readonly size?: 'normal' | 'small';
  readonly icon?: IconName;
  /** While true it shows that it works, and cannot be pressed again. */
  readonly busy?: boolean;
}

export function Button({ look, size, icon, busy, children, type, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type ?? 'button'}
      className={buttonClass(look, size)}
      disabled={rest.disabled === true || busy === true}
      aria-busy={busy === true}
    >
      {busy === true ? (
        <span className="button-spinner" />
      ) : (
        icon !== undefined && <Icon name={icon} size={18} />
      )}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'children'> {
  readonly icon: IconName;
  /** What it does, in words: read aloud and shown as a tool tip. */
  readonly label: string;
  /** The key that does the same, as in "P" or "Space". */
  readonly shortcut?: string;
  readonly look?: ButtonLook;
  readonly size?: 'normal' | 'small';
}

export function IconButton({ icon, label, shortcut, look, size, type, ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type={type ?? 'button'}
      className={`${buttonClass(look ?? 'ghost', size)} button-icon`}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      title={shortcut === undefined ? label : `${label} (${shortcut})`}
    >
      <Icon name={icon} />
    </button>
  );
}
