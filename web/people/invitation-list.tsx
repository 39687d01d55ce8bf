// Invitations that nobody accepted yet.

import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Invitation } from '../../src/http/contract/people.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { keys } from '../app/query-keys.ts';
import { Address } from '../ui/address.tsx';
import { Button } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Empty } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import type { TableView } from '../ui/rows.ts';
import { useNow } from '../ui/use-now.ts';
import { duration } from '../ui/words.ts';
import { placeColumns } from './place-columns.tsx';
import { invitationsQuery, withdrawInvitation } from './queries.ts';
import { type Role, rolesToGive, roleWords } from './roles.ts';
import { siteWords } from './site-words.ts';

interface InvitationListProps {
  readonly own: Role;
  readonly sites: readonly Site[];
  readonly view: TableView;
  readonly onView: (change: Partial<TableView>) => void;
  readonly onInvite: () => void;
}

export function InvitationList({ own, sites, view, onView, onInvite }: InvitationListProps) {
  const { data } = useSuspenseQuery(invitationsQuery);
  const now = useNow(10_000);
  const [withdrawn, setWithdrawn] = useState<Invitation | null>(null);
  const siteOf = new Map(sites.map((site) => [site.id, site]));
  const mayDecide = rolesToGive(own);
  return (
    <>
      <DataTable
        names={['open invitation', 'open invitations']}
        rows={data.filter(({ expiresAt }) => expiresAt > now)}
        columns={columnsOf(siteOf, now)}
        idOf={({ id }) => id}
        textsOf={(one) => [one.email, one.invitedBy, roleWords[one.role].name, siteWords(one, siteOf).long]}
        actions={(one) =>
          mayDecide.includes(one.role) ? (
            <Button
              size="small"
              aria-label={`Withdraw the invitation of ${one.email}`}
              onClick={() => setWithdrawn(one)}
            >
              Withdraw
            </Button>
          ) : null
        }
        view={view}
        onView={onView}
        empty={
          <Empty icon="mail" title="No open invitation">
            <p>Who was invited and has not accepted yet stands here until the link expires.</p>
            <Button look="primary" icon="plus" onClick={onInvite}>
              Invite somebody
            </Button>
          </Empty>
        }
      />
      {withdrawn !== null && <Withdrawal invitation={withdrawn} onClose={() => setWithdrawn(null)} />}
    </>
  );
}

function columnsOf(
  siteOf: ReadonlyMap<string, Site>,
  now: number,
): readonly [Column<Invitation>, ...Column<Invitation>[]] {
  return [
    {
      key: 'email',
      label: 'E-mail',
      value: ({ email }) => email,
      cell: ({ email }) => (
        <span className="person-invited">
          <Address text={email} />
        </span>
      ),
    },
    ...placeColumns(siteOf),
    {
      key: 'by',
      label: 'Invited by',
      value: ({ invitedBy }) => invitedBy,
      cell: ({ invitedBy }) => invitedBy,
    },
    {
      key: 'expires',
      label: 'Expires',
      value: ({ expiresAt }) => expiresAt,
      cell: ({ expiresAt }) => <span className="numbers quiet">in {duration(expiresAt - now)}</span>,
    },
  ];
}

function Withdrawal({ invitation, onClose }: { invitation: Invitation; onClose: () => void }) {
  const queryClient = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => withdrawInvitation(invitation.id),
    onSuccess: onClose,
    // Also where it failed: perhaps it was accepted in the meantime.
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.invitations }),
  });
  return (
    <Dialog title="Withdraw this invitation?" onClose={onClose}>
      <p className="person-invited">The link that {invitation.email} has will no longer work.</p>
      <Problem error={withdraw.error} />
      <div className="dialog-actions">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={withdraw.isPending} onClick={() => withdraw.mutate()}>
          Withdraw
        </Button>
      </div>
    </Dialog>
  );
}
