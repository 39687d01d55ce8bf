// One person: role and sites, signing out everywhere, removing.

import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Person, PersonChange } from '../../src/http/contract/people.ts';
import { keys } from '../app/query-keys.ts';
import { sitesQuery } from '../overview/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { showToast } from '../ui/toast.tsx';
import { useForm } from '../ui/use-form.ts';
import { changePerson, removePerson, signOutPerson } from './queries.ts';
import { RoleFields } from './role-fields.tsx';
import { type Role, reachesEverySite } from './roles.ts';

const CompleteChange = PersonChange.refine(
  ({ role, siteIds }) => role === undefined || reachesEverySite(role) || (siteIds ?? []).length > 0,
  { path: ['siteIds'], error: 'Choose at least one site, or remove the person.' },
);

interface PersonDialogProps {
  readonly person: Person;
  /** The role of who looks. */
  readonly own: Role;
  /** Why nothing can be changed, in a sentence; null where it can. */
  readonly untouchable: string | null;
  readonly onClose: () => void;
}

export function PersonDialog({ person, own, untouchable, onClose }: PersonDialogProps) {
  const [step, setStep] = useState<'change' | 'remove'>('change');
  if (step === 'remove') {
    return (
      <Dialog key="remove" title={`Remove ${person.name}?`} onClose={onClose}>
        <Removal person={person} onCancel={() => setStep('change')} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog key="change" title={person.name} onClose={onClose}>
      <p className="quiet small person-ways">
        <a href={`mailto:${person.email}`}>{person.email}</a>
        {person.phone !== null && <a href={`tel:${person.phone}`}>{person.phone}</a>}
      </p>
      {untouchable === null ? (
        <>
          <ChangeForm person={person} own={own} onClose={onClose} />
          <hr className="settings-line" />
          <SignOutEverywhere person={person} />
          <div className="settings-row">
            <p>
              <strong>Remove from the organization</strong>
              <span className="quiet small">Also ends their access keys and the invitations they sent.</span>
            </p>
            <Button icon="trash" size="small" onClick={() => setStep('remove')}>
              Remove…
            </Button>
          </div>
        </>
      ) : (
        <Notice tone="info">{untouchable}</Notice>
      )}
    </Dialog>
  );
}

function ChangeForm({ person, own, onClose }: Omit<PersonDialogProps, 'untouchable'>) {
  const queryClient = useQueryClient();
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const [role, setRole] = useState<Role>(person.role);
  // A site that was removed is nothing that could be chosen again.
  const [siteIds, setSiteIds] = useState<string[]>(() =>
    person.siteIds.filter((id) => sites.some((site) => site.id === id)),
  );
  const change = { role, siteIds: reachesEverySite(role) ? [] : siteIds };
  const form = useForm(CompleteChange, change, async (checked) => {
    await changePerson(person.id, checked);
    await queryClient.invalidateQueries({ queryKey: keys.people });
    onClose();
  });
  return (
    <form ref={form.ref} className="stack" noValidate onSubmit={form.onSubmit}>
      <RoleFields {...{ own, role, siteIds }} fields={form.fields} onRole={setRole} onSites={setSiteIds} />
      {form.problem !== null && <Notice tone="bad">{form.problem}</Notice>}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" type="submit" busy={form.busy}>
          Save
        </Button>
      </div>
    </form>
  );
}

function SignOutEverywhere({ person }: { person: Person }) {
  const end = useMutation({
    mutationFn: () => signOutPerson(person.id),
    onSuccess: () => showToast('good', <span className="toast-words">{person.name} is signed out.</span>),
  });
  return (
    <>
      <div className="settings-row">
        <p>
          <strong>Sign out everywhere</strong>
          <span className="quiet small">
            Ends all their sessions with this organization, for a phone that was lost.
          </span>
        </p>
        <Button icon="signOut" size="small" busy={end.isPending} onClick={() => end.mutate()}>
          Sign out
        </Button>
      </div>
      <Problem error={end.error} />
    </>
  );
}

interface RemovalProps {
  readonly person: Person;
  readonly onCancel: () => void;
  readonly onClose: () => void;
}

function Removal({ person, onCancel, onClose }: RemovalProps) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removePerson(person.id),
    onSuccess: async () => {
      onClose();
      await Promise.all(
        [keys.people, keys.invitations, keys.accessKeys].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      );
    },
  });
  return (
    <>
      <p>
        {person.name} sees nothing of this organization any more, from the next seconds on. Invitations they
        sent and access keys they made end with it. To come back they need a new invitation.
      </p>
      <Problem error={remove.error} />
      <div className="dialog-actions">
        <Button onClick={onCancel}>Keep</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          Remove
        </Button>
      </div>
    </>
  );
}
