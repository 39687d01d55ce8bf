// Who one is.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Account, AccountChange } from '../../src/http/contract/account.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { showToast } from '../ui/toast.tsx';
import { useForm } from '../ui/use-form.ts';
import { EmailChange } from './email-change.tsx';
import { changesOf, draftOf } from './profile-draft.ts';
import { changeAccount } from './queries.ts';
import { Row } from './row.tsx';

export function ProfileCard({ account }: { account: Account }) {
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(account));
  const [changesEmail, setChangesEmail] = useState(false);
  const set = (change: Partial<typeof draft>) => setDraft({ ...draft, ...change });
  const changes = changesOf(draft, account);
  const isChanged = Object.keys(changes).length > 0;
  const form = useForm(AccountChange, changes, async (input) => {
    await changeAccount(input);
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: keys.account }),
      queryClient.invalidateQueries({ queryKey: keys.me }),
    ]);
    setDraft(draftOf(await queryClient.ensureQueryData<Account>({ queryKey: keys.account })));
    showToast('good', 'Saved.');
  });
  return (
    <TitledSection look="account-card" title="Profile">
      <form ref={form.ref} className="stack account-form" noValidate onSubmit={form.onSubmit}>
        <div className="account-fields">
          <TextField
            label="Name"
            value={draft.name}
            onChange={(event) => set({ name: event.target.value })}
            autoComplete="name"
            readOnly={account.isManaged}
            error={form.fields.name}
          />
          <TextField
            label="Phone"
            optional
            type="tel"
            inputMode="tel"
            value={draft.phone}
            onChange={(event) => set({ phone: event.target.value })}
            autoComplete="tel"
            placeholder="+49 30 123456"
            error={form.fields.phone}
          />
        </div>
        {form.problem !== null && <Notice tone="bad">{form.problem}</Notice>}
        <div className="account-save">
          <Button look="primary" type="submit" busy={form.busy} disabled={!isChanged}>
            Save
          </Button>
        </div>
      </form>
      <Row title="E-mail" detail={account.email}>
        {!account.isManaged && (
          <Button size="small" aria-label="Change your e-mail address" onClick={() => setChangesEmail(true)}>
            Change…
          </Button>
        )}
      </Row>
      {changesEmail && <EmailChange account={account} onClose={() => setChangesEmail(false)} />}
    </TitledSection>
  );
}
