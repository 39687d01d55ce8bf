// Passkeys: those that there are, adding one, removing one.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import { type Passkey, PasskeyInput } from '../../src/http/contract/account.ts';
import { sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { hindranceHere } from '../session/passkey.ts';
import { deviceName } from '../session/passkey-words.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { showToast } from '../ui/toast.tsx';
import { useNow } from '../ui/use-now.ts';
import { momentInside, ownTimeZone } from '../ui/words.ts';
import { addPasskey, passkeysQuery, removePasskey } from './queries.ts';
import { Row } from './row.tsx';

export function PasskeysCard() {
  const passkeys = useQuery(passkeysQuery);
  const [adding, setAdding] = useState(false);
  const hindrance = hindranceHere();
  return (
    <TitledSection
      look="account-card"
      title="Passkeys"
      lead="Sign in with a finger, a face or a security key. Nothing to remember, nothing to steal."
      action={
        <Button
          size="small"
          icon="plus"
          disabled={hindrance !== null}
          aria-label="Add a passkey"
          onClick={() => setAdding(true)}
        >
          Add
        </Button>
      }
    >
      {hindrance !== null && (
        <div className="account-problem">
          <Notice tone="info">{hindrance}</Notice>
        </div>
      )}
      {passkeys.isError && (
        <div className="account-problem">
          <Notice tone="bad">{sentence(passkeys.error)}</Notice>
        </div>
      )}
      {passkeys.data?.length === 0 && <p className="quiet small account-none">None yet.</p>}
      {passkeys.data !== undefined && passkeys.data.length > 0 && (
        <ul>
          {passkeys.data.map((passkey) => (
            <li key={passkey.id}>
              <PasskeyRow passkey={passkey} />
            </li>
          ))}
        </ul>
      )}
      {adding && <Addition onClose={() => setAdding(false)} />}
    </TitledSection>
  );
}

const Named = z.object({ name: PasskeyInput.shape.name });

function Addition({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const [name, setName] = useState(() => deviceName(navigator.userAgent));
  return (
    <FormDialog
      title="Add a passkey"
      action="Continue"
      schema={Named}
      input={{ name }}
      send={async (input) => {
        await addPasskey(input.name);
        await queryClient.invalidateQueries({ queryKey: keys.passkeys });
        showToast('good', 'The passkey is added.');
        onClose();
      }}
      onClose={onClose}
    >
      {(fields) => (
        <TextField
          label="Name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          hint="By which you know it again. Your browser asks for the rest."
          error={fields.name}
        />
      )}
    </FormDialog>
  );
}

function PasskeyRow({ passkey }: { passkey: Passkey }) {
  const now = useNow(60_000);
  const [removing, setRemoving] = useState(false);
  return (
    <Row title={passkey.name} detail={`Added ${momentInside(passkey.createdAt, ownTimeZone(), now)}`}>
      <Button
        size="small"
        icon="trash"
        aria-label={`Remove ${passkey.name}`}
        onClick={() => setRemoving(true)}
      >
        Remove
      </Button>
      {removing && <Removal passkey={passkey} onClose={() => setRemoving(false)} />}
    </Row>
  );
}

function Removal({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removePasskey(passkey.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.passkeys });
      onClose();
    },
  });
  return (
    <Dialog title={`Remove ${passkey.name}?`} onClose={onClose}>
      <p>It no longer opens your account. The device may go on offering it until you delete it there too.</p>
      <Problem error={remove.error} />
      <div className="dialog-actions">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          Remove
        </Button>
      </div>
    </Dialog>
  );
}
