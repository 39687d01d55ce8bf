// Dialogs: the platform's own, which keeps the focus inside and closes on Escape. A sheet on phones.

import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { IconButton } from './button.tsx';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly wide?: boolean;
  /** Shows what is shown only once: a click outside does not close it. */
  readonly once?: boolean;
  readonly children: ReactNode;
}

/** Where the focus goes first: whoever opens a dialog wants to fill it in, not to close it. */
const firstField =
  '.dialog-body :is(input:checked, input:not([type="radio"]), select, textarea, button:enabled, [tabindex="0"])';

/** Open as long as it is rendered. */
export function Dialog({ title, onClose, wide, once, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // A layout effect: closed while it is still in the page, the platform gives the focus back to what opened it.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>(firstField)?.focus();
    return () => element?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click outside is a shortcut; Escape and the button do the same.
    <dialog
      ref={dialog}
      className={wide === true ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current && once !== true) onClose();
      }}
    >
      <div className="dialog-head">
        <h2 id={titleId} className="clamp">
          {title}
        </h2>
        <IconButton icon="close" label="Close" onClick={onClose} size="small" />
      </div>
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}
