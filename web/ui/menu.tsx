// A menu that hangs on a button; closes on Escape, on a click elsewhere and when the focus leaves.

import { type ReactNode, useEffect, useRef, useState } from 'react';

interface MenuProps {
  /** The button's content and its name for screen readers. */
  readonly face: ReactNode;
  readonly label: string;
  readonly buttonClass: string;
  readonly menuClass: string;
  /** Whether where one is stands in it. */
  readonly current?: boolean;
  readonly children: (close: () => void) => ReactNode;
}

export function Menu({ face, label, buttonClass, menuClass, current, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const closeOutside = (event: Event) => {
      if (event.target instanceof Node && holder.current?.contains(event.target) !== true) setOpen(false);
    };
    const closeOnEscape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      holder.current?.querySelector('button')?.focus();
    };
    document.addEventListener('pointerdown', closeOutside);
    document.addEventListener('focusin', closeOutside);
    document.addEventListener('keydown', closeOnEscape);
    return () => {
      document.removeEventListener('pointerdown', closeOutside);
      document.removeEventListener('focusin', closeOutside);
      document.removeEventListener('keydown', closeOnEscape);
    };
  }, [open]);
  return (
    <div className="menu-holder" ref={holder}>
      <button
        type="button"
        className={buttonClass}
        aria-label={label}
        aria-expanded={open}
        aria-current={current === true ? 'location' : undefined}
        onClick={() => setOpen(!open)}
      >
        {face}
      </button>
      {open && <div className={`menu ${menuClass}`}>{children(() => setOpen(false))}</div>}
    </div>
  );
}
