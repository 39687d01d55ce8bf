// People: who belongs to the organization, and who was invited.

import './people.css';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { NotAllowedPage } from '../app/fallbacks.tsx';
import { may } from '../app/may.ts';
import { sitesQuery } from '../overview/queries.ts';
import { meQuery } from '../session/queries.ts';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { type TableView, viewOf } from '../ui/rows.ts';
import { Segmented } from '../ui/segmented.tsx';
import { InvitationList } from './invitation-list.tsx';
import { Invite } from './invite.tsx';
import { PeopleTable } from './people-table.tsx';
import { invitationsQuery, peopleQuery } from './queries.ts';

export function PeoplePage() {
  const { data: me } = useSuspenseQuery(meQuery);
  return may(me, 'manage-people') ? <People /> : <NotAllowedPage what="the people of the organization" />;
}

function People() {
  const search = useSearch({ from: '/inside/people' });
  const navigate = useNavigate({ from: '/people' });
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const people = useQuery(peopleQuery);
  const invitations = useQuery(invitationsQuery);
  const [inviting, setInviting] = useState(false);
  const show = search.show ?? 'people';
  const onView = (change: Partial<TableView>) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: true, resetScroll: false });
  return (
    <div className="page">
      <title>People · Vedette</title>
      <header className="page-head">
        <h1>People</h1>
        <Button look="primary" icon="plus" onClick={() => setInviting(true)}>
          Invite
        </Button>
      </header>
      <Segmented
        legend="Who is shown"
        className="data-tabs"
        value={show}
        options={[
          { value: 'people', label: tabLabel('Members', people.data) },
          { value: 'invitations', label: tabLabel('Invited', invitations.data) },
        ]}
        onChange={(next) =>
          void navigate({ search: next === 'invitations' ? { show: next } : {}, replace: true })
        }
      />
      <Problem error={people.error} />
      {people.data === undefined && !people.isError && <div className="skeleton skeleton-block" />}
      {people.data !== undefined && show === 'people' && (
        <PeopleTable
          {...{ me, sites, onView }}
          people={people.data}
          view={viewOf(search, { sort: 'name', down: false })}
        />
      )}
      {show === 'invitations' && (
        <InvitationList
          {...{ sites, onView }}
          own={me.role}
          view={viewOf(search, { sort: 'expires', down: false })}
          onInvite={() => setInviting(true)}
        />
      )}
      {inviting && <Invite own={me.role} onClose={() => setInviting(false)} />}
    </div>
  );
}

function tabLabel(word: string, rows: readonly unknown[] | undefined): string {
  return rows === undefined ? word : `${word} (${rows.length})`;
}
