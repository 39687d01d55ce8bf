// One person: role and sites, signing out everywhere, removing.

import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Person, PersonChange } from '../../src/http/contract/people.ts';
import { keys } from '../app/query-keys.ts';
import { sitesQuery } from '../overview/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { SettingsRow } from '../ui/settings-row.tsx';
import { showToast } from '../ui/toast.tsx';
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

export function PersonDialog(props: PersonDialogProps) {
  const { person, untouchable, onClose } = props;
  if (untouchable === null) return <ChangePerson {...props} />;
  return (
    <Dialog title={person.name} onClose={onClose}>
      <Ways person={person} />
      <Notice tone="info">{untouchable}</Notice>
    </Dialog>
  );
}

/** How they are reached. */
function Ways({ person }: { person: Person }) {
  return (
    <p className="quiet small person-ways">
      <a href={`mailto:${person.email}`}>{person.email}</a>
      {person.phone !== null && <a href={`tel:${person.phone}`}>{person.phone}</a>}
    </p>
  );
}

function ChangePerson({ person, own, onClose }: Omit<PersonDialogProps, 'untouchable'>) {
  const queryClient = useQueryClient();
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const [removing, setRemoving] = useState(false);
  const [role, setRole] = useState<Role>(person.role);
  // A site that was removed is nothing that could be chosen again.
  const [siteIds, setSiteIds] = useState<string[]>(() =>
    person.siteIds.filter((id) => sites.some((site) => site.id === id)),
  );
  if (removing) return <Removal person={person} onCancel={() => setRemoving(false)} onClose={onClose} />;
  return (
    <FormDialog
      title={person.name}
      action="Save"
      schema={CompleteChange}
      input={{ role, siteIds: reachesEverySite(role) ? [] : siteIds }}
      send={async (checked) => {
        await changePerson(person.id, checked);
        await queryClient.invalidateQueries({ queryKey: keys.people });
        onClose();
      }}
      onClose={onClose}
      below={
        <>
          <SignOutEverywhere person={person} />
          <SettingsRow
            title="Remove from the organization"
            hint="Also ends their access keys and the invitations they sent."
          >
            <Button icon="trash" size="small" onClick={() => setRemoving(true)}>
              Remove…
            </Button>
          </SettingsRow>
        </>
      }
    >
      {(fields) => (
        <>
          <Ways person={person} />
          <RoleFields {...{ own, role, siteIds, fields }} onRole={setRole} onSites={setSiteIds} />
        </>
      )}
    </FormDialog>
  );
}

function SignOutEverywhere({ person }: { person: Person }) {
  const end = useMutation({
    mutationFn: () => signOutPerson(person.id),
    onSuccess: () => showToast('good', <span className="toast-words">{person.name} is signed out.</span>),
  });
  return (
    <>
      <SettingsRow
        title="Sign out everywhere"
        hint="Ends all their sessions with this organization, for a phone that was lost."
      >
        <Button icon="signOut" size="small" busy={end.isPending} onClick={() => end.mutate()}>
          Sign out
        </Button>
      </SettingsRow>
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
    <Dialog title={`Remove ${person.name}?`} onClose={onCancel}>
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
    </Dialog>
  );
}
