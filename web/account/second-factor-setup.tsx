// Setting a second factor up: the app scans a code, shows a number, and recovery codes are kept for a lost phone.

import { useState } from 'react';
import type { SecondFactorBegun } from '../../src/http/contract/account.ts';
import { grouped } from '../session/code.ts';
import { CodeField } from '../session/code-field.tsx';
import { useCodeForm } from '../session/use-code-form.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icons.tsx';
import { QrCode } from './qr-code.tsx';
import { confirmSecondFactor } from './queries.ts';
import { RecoveryCodes } from './recovery-codes.tsx';

interface SecondFactorSetupProps {
  readonly begun: SecondFactorBegun;
  readonly onClose: () => void;
}

export function SecondFactorSetup({ begun, onClose }: SecondFactorSetupProps) {
  const [isConfirmed, setConfirmed] = useState(false);
  if (isConfirmed) {
    return (
      <Dialog key="codes" title="Keep your recovery codes" onClose={onClose}>
        <RecoveryCodes codes={begun.recoveryCodes} onKept={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog key="scan" title="Set up a second factor" onClose={onClose}>
      <Scan begun={begun} onConfirmed={() => setConfirmed(true)} onClose={onClose} />
    </Dialog>
  );
}

function Scan({ begun, onConfirmed, onClose }: SecondFactorSetupProps & { onConfirmed: () => void }) {
  const { form, code, setCode } = useCodeForm(async (entered) => {
    await confirmSecondFactor(entered);
    onConfirmed();
  });
  return (
    <form ref={form.ref} className="stack" noValidate onSubmit={form.onSubmit}>
      <p>
        Scan this with an app that makes codes: the password manager of your phone, Aegis, Google
        Authenticator, Microsoft Authenticator and others.
      </p>
      <QrCode text={begun.uri} label="QR code for your app" />
      <a href={begun.uri} className={`${buttonClass('plain')} account-otpauth`}>
        <Icon name="key" size={18} />
        Open in an app on this device
      </a>
      <details className="account-secret">
        <summary>Cannot scan it?</summary>
        <p className="small">
          Type this key into the app: <code>{grouped(begun.secret)}</code>
        </p>
      </details>
      <CodeField
        kind="app"
        value={code}
        onValue={setCode}
        error={form.fields.code ?? form.problem ?? undefined}
      />
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" type="submit" busy={form.busy}>
          Continue
        </Button>
      </div>
    </form>
  );
}
