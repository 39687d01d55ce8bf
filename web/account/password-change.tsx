// Changing the password.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Account, PasswordChange } from '../../src/http/contract/account.ts';
import { keys } from '../app/query-keys.ts';
import { PasswordField } from '../session/password-field.tsx';
import { TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { showToast } from '../ui/toast.tsx';
import { changePassword } from './queries.ts';

export function PasswordChangeDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const queryClient = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  return (
    <FormDialog
      title="Change your password"
      action="Change"
      schema={PasswordChange}
      input={{ current, next }}
      send={async (input) => {
        await changePassword(input);
        await queryClient.invalidateQueries({ queryKey: keys.accountSessions });
        showToast('good', 'Your password is changed. All other devices are signed out.');
        onClose();
      }}
      onClose={onClose}
    >
      {(fields) => (
        <>
          {/* Tells password managers whose password it is. */}
          <input type="hidden" name="username" autoComplete="username" value={account.email} />
          <TextField
            label="Current password"
            type="password"
            autoComplete="current-password"
            autoFocus
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
            error={fields.current}
          />
          <PasswordField
            label="New password"
            value={next}
            onValue={setNext}
            own={[account.name, account.email]}
            error={fields.next}
          />
        </>
      )}
    </FormDialog>
  );
}
