// Recovery codes, shown once: to be copied or kept as a file.

import { useState } from 'react';
import { Button, buttonClass } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icons.tsx';
import { codesFile } from './codes-file.ts';

interface RecoveryCodesProps {
  readonly codes: readonly string[];
  readonly onKept: () => void;
}

export function RecoveryCodesDialog({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  return (
    <Dialog once title="Your new recovery codes" onClose={onClose}>
      <RecoveryCodes codes={codes} onKept={onClose} />
    </Dialog>
  );
}

export function RecoveryCodes({ codes, onKept }: RecoveryCodesProps) {
  const [copied, setCopied] = useState(false);
  const text = codesFile(codes, window.location.host);
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Not offered outside of https and localhost: the text can be selected, or kept as a file.
    }
  }
  return (
    <>
      <p>
        Each opens your account once when your phone is lost. They are shown only now. Keep them where your
        phone is not: on paper, or in a password manager.
      </p>
      <ul className="account-codes" aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="row account-code-buttons">
        <Button icon={copied ? 'check' : 'copy'} onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy'}
        </Button>
        <a
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="vedette-recovery-codes.txt"
          className={buttonClass('plain')}
        >
          <Icon name="file" size={18} />
          Keep as a file
        </a>
      </div>
      <div className="dialog-actions">
        <Button look="primary" onClick={onKept}>
          I have kept them
        </Button>
      </div>
    </>
  );
}
