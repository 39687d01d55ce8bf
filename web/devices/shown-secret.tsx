// A signing secret, shown this once, with what it is for and a call to try it out.

import type { Device } from '../../src/http/contract/devices.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Secret } from '../ui/secret.tsx';
import { exampleCall } from './words.ts';

interface ShownSecretProps {
  readonly title: string;
  readonly device: Device;
  readonly signingSecret: string;
  /** What becomes of the one before. */
  readonly before?: string;
  readonly onClose: () => void;
}

export function ShownSecret({ title, device, signingSecret, before, onClose }: ShownSecretProps) {
  const { senses } = device;
  return (
    <Dialog once title={title} wide onClose={onClose}>
      <p>
        {senses === null
          ? 'The device checks with this secret that a command comes from Vedette. It is shown only this once.'
          : 'The sensor signs what it says with this secret. It is shown only this once.'}
      </p>
      <Secret text={signingSecret} label="Copy the secret" />
      {before !== undefined && <p>{before}</p>}
      {senses !== null && (
        <>
          <p className="small">To try it out in a shell, with curl and openssl:</p>
          <pre className="device-example">
            {exampleCall(location.origin, paths.deviceEvents(device.id), signingSecret, senses)}
          </pre>
        </>
      )}
      <div className="dialog-actions">
        <Button look="primary" onClick={onClose}>
          I have kept it
        </Button>
      </div>
    </Dialog>
  );
}
