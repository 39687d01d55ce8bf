// Proving that a number is one's own: a code is sent there, and entered here.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { PhoneProofInput } from '../../src/http/contract/my-alerts.ts';
import { sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { showToast } from '../ui/toast.tsx';
import { provePhone, sendPhoneCode } from './queries.ts';

export function PhoneProof({ number, kind }: { number: string; kind: 'sms' | 'voice' }) {
  const [asks, setAsks] = useState(false);
  const sending = useMutation({
    mutationFn: () => sendPhoneCode(kind),
    onSuccess: () => setAsks(true),
    onError: (error) => showToast('bad', sentence(error)),
  });
  return (
    <>
      <Button size="small" busy={sending.isPending} onClick={() => sending.mutate()}>
        {kind === 'sms' ? 'Send me a code' : 'Call me with a code'}
      </Button>
      {asks && <CodeDialog number={number} onClose={() => setAsks(false)} />}
    </>
  );
}

function CodeDialog({ number, onClose }: { number: string; onClose: () => void }) {
  const queryClient = useQueryClient();
  const [code, setCode] = useState('');
  return (
    <FormDialog
      title="Enter the code"
      action="Confirm"
      schema={PhoneProofInput}
      input={{ code }}
      send={async (input) => {
        await provePhone(input.code);
        await queryClient.invalidateQueries({ queryKey: keys.myAlerts });
        showToast('good', 'The number is yours. Alerts can go there now.');
        onClose();
      }}
      onClose={onClose}
    >
      {(fields) => (
        <TextField
          label={`Code sent to ${number}`}
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.target.value)}
          hint="Six digits. It counts for ten minutes."
          error={fields.code}
        />
      )}
    </FormDialog>
  );
}
