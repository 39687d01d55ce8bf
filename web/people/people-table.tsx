// The people of the organization as a table.

import { useState } from 'react';
import type { Person } from '../../src/http/contract/people.ts';
import type { Me } from '../../src/http/contract/session.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { initials } from '../session/initials.ts';
import { Address } from '../ui/address.tsx';
import { IconButton } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Icon } from '../ui/icons.tsx';
import type { TableView } from '../ui/rows.ts';
import { useNow } from '../ui/use-now.ts';
import { agoRoughly } from '../ui/words.ts';
import { PersonDialog } from './person-dialog.tsx';
import { placeColumns } from './place-columns.tsx';
import { roleWords, whyUntouchable } from './roles.ts';
import { siteWords } from './site-words.ts';

interface PeopleTableProps {
  readonly me: Me;
  readonly people: readonly Person[];
  readonly sites: readonly Site[];
  readonly view: TableView;
  readonly onView: (change: Partial<TableView>) => void;
}

export function PeopleTable({ me, people, sites, view, onView }: PeopleTableProps) {
  const now = useNow(10_000);
  const [openId, setOpenId] = useState<string | null>(null);
  const open = people.find(({ id }) => id === openId);
  const siteOf = new Map(sites.map((site) => [site.id, site]));
  return (
    <>
      <DataTable
        names={['person', 'people']}
        rows={people}
        columns={columnsOf(me, siteOf, now)}
        idOf={({ id }) => id}
        textsOf={(person) => [
          person.name,
          person.email,
          person.phone ?? '',
          roleWords[person.role].name,
          siteWords(person, siteOf).long,
        ]}
        actions={(person) => (
          <IconButton
            icon="settings"
            size="small"
            label={`Change ${person.name}`}
            onClick={() => setOpenId(person.id)}
          />
        )}
        view={view}
        onView={onView}
        empty={null}
      />
      {open !== undefined && (
        <PersonDialog
          person={open}
          own={me.role}
          untouchable={whyUntouchable(open, me, people)}
          onClose={() => setOpenId(null)}
        />
      )}
    </>
  );
}

type PersonColumns = readonly [Column<Person>, ...Column<Person>[]];

function columnsOf(me: Me, siteOf: ReadonlyMap<string, Site>, now: number): PersonColumns {
  return [
    {
      key: 'name',
      label: 'Name',
      value: ({ name }) => name,
      cell: (person) => <PersonName person={person} isSelf={person.id === me.memberId} />,
    },
    {
      key: 'email',
      label: 'E-mail',
      isLong: true,
      value: ({ email }) => email,
      cell: ({ email }) => (
        <a href={`mailto:${email}`} className="person-email">
          <Address text={email} />
        </a>
      ),
    },
    ...placeColumns(siteOf),
    {
      key: 'factor',
      label: 'Second factor',
      value: ({ hasSecondFactor }) => (hasSecondFactor ? 0 : 1),
      cell: ({ hasSecondFactor }) =>
        hasSecondFactor ? (
          <span className="person-factor">
            <Icon name="check" size={17} />
            Yes
          </span>
        ) : (
          <span className="quiet">None</span>
        ),
    },
    {
      key: 'seen',
      label: 'Last seen',
      startsDown: true,
      value: ({ lastSeenAt }) => lastSeenAt,
      cell: ({ lastSeenAt }) => (
        <span className="numbers quiet">{lastSeenAt === null ? 'Never' : agoRoughly(lastSeenAt, now)}</span>
      ),
    },
  ];
}

function PersonName({ person, isSelf }: { person: Person; isSelf: boolean }) {
  return (
    <div className="data-name">
      <span className="avatar" aria-hidden="true">
        {initials(person.name)}
      </span>
      <span className="data-name-words">
        <span>{person.name}</span>
        {isSelf && <span className="quiet small">You</span>}
        {person.isDisabled && <span className="chip chip-busy">Disabled</span>}
      </span>
    </div>
  );
}
