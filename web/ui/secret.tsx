// A text that is to be copied: a key, a link, an address.

import { useState } from 'react';
import { Button } from './button.tsx';

interface SecretProps {
  readonly text: string;
  /** What is copied, in words: "Copy the link". */
  readonly label: string;
}

export function Secret({ text, label }: SecretProps) {
  const [copied, setCopied] = useState(false);
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Not offered outside of https and localhost: the text can be selected.
    }
  }
  return (
    <div className="secret">
      <code>{text}</code>
      <Button
        size="small"
        icon={copied ? 'check' : 'copy'}
        aria-label={copied ? `${label}: copied` : label}
        onClick={() => void copy()}
      >
        {copied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
}
