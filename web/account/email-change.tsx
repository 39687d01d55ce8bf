// Changing one's e-mail address: it counts when its mailbox has confirmed it.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Account, EmailInput } from '../../src/http/contract/account.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { showToast } from '../ui/toast.tsx';
import { changeEmail } from './queries.ts';

export function EmailChange({ account, onClose }: { account: Account; onClose: () => void }) {
  const queryClient = useQueryClient();
  const [email, setEmail] = useState('');
  const [mailedTo, setMailedTo] = useState<string | null>(null);

  async function change(input: { email: string }) {
    const isConfirmed = await changeEmail(input.email);
    if (!isConfirmed) return setMailedTo(input.email);
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: keys.account }),
      queryClient.invalidateQueries({ queryKey: keys.me }),
    ]);
    showToast('good', 'Your e-mail address is changed.');
    onClose();
  }

  if (mailedTo !== null) {
    return (
      <Dialog title="Look into your mailbox" onClose={onClose}>
        <p>
          A letter is on its way to <strong>{mailedTo}</strong>. The new address counts once you have opened
          the link in it. Until then you sign in with {account.email}.
        </p>
        <div className="dialog-actions">
          <Button look="primary" onClick={onClose}>
            Understood
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <FormDialog
      title="Change your e-mail address"
      action={account.confirmsEmail ? 'Send the link' : 'Change'}
      schema={EmailInput}
      input={{ email: email.trim() }}
      send={change}
      onClose={onClose}
    >
      {(fields) => (
        <TextField
          label="New e-mail address"
          type="email"
          inputMode="email"
          autoComplete="email"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          hint={
            account.confirmsEmail
              ? 'We send a link there; the address counts once you have opened it.'
              : 'You sign in with it from now on. This server sends no mail, so check it twice.'
          }
          error={fields.email}
        />
      )}
    </FormDialog>
  );
}
