// My alerts: over what I am told, when, and how I know that it works.

import '../channels/channels.css';
import '../organization/organization.css';
import './preferences.css';
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { MyAlerts, Wishes } from '../../src/http/contract/my-alerts.ts';
import { sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { sitesQuery } from '../overview/queries.ts';
import { meQuery } from '../session/queries.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { Notice } from '../ui/notice.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { showToast } from '../ui/toast.tsx';
import { ChannelOrder } from './channel-order.tsx';
import { DevicesCard } from './devices-card.tsx';
import { DigestFields } from './digest-fields.tsx';
import { myAlertsQuery, saveWishes } from './queries.ts';
import { WhatFields } from './what-fields.tsx';
import { WhenFields } from './when-fields.tsx';
import { isSame, silenceOf, summary } from './wishes-draft.ts';

export function MyAlertsPage() {
  const mine = useQuery(myAlertsQuery);
  return (
    <div className="page page-narrow">
      <title>My alerts · Vedette</title>
      <header className="page-head">
        <h1>My alerts</h1>
      </header>
      {mine.isPending && <div className="skeleton wishes-skeleton" role="status" aria-label="Loading" />}
      {mine.isError && <Notice tone="bad">{sentence(mine.error)}</Notice>}
      {mine.data !== undefined && <Preferences mine={mine.data} />}
    </div>
  );
}

function Preferences({ mine }: { mine: MyAlerts }) {
  const queryClient = useQueryClient();
  const { data: me } = useSuspenseQuery(meQuery);
  const sites = useQuery(sitesQuery);
  const [draft, setDraft] = useState<Wishes | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const wishes = draft ?? mine.wishes;
  const set = (change: Partial<Wishes>) => {
    const next = { ...wishes, ...change };
    setDraft(isSame(next, mine.wishes) ? null : next);
  };
  const ready = mine.channels.filter(({ isReady }) => isReady).map(({ kind }) => kind);
  const isConcerned = wishes.atOnce || mine.turn.onChain > 0;
  const isReached =
    isConcerned && wishes.channels.some((kind) => ready.includes(kind)) && silenceOf(wishes) === null;

  async function save() {
    setBusy(true);
    setProblem(null);
    try {
      queryClient.setQueryData(keys.myAlerts, await saveWishes(wishes));
      setDraft(null);
      void queryClient.invalidateQueries({ queryKey: keys.chains });
      showToast('good', 'Saved.');
    } catch (error) {
      setProblem(sentence(error));
    }
    setBusy(false);
  }

  return (
    <>
      <div className={`wishes-summary ${isReached ? '' : 'wishes-summary-bad'}`} role="status">
        <Icon name={isReached ? 'bell' : 'warning'} size={22} />
        <p>{summary(wishes, ready, mine.turn)}</p>
      </div>
      <TitledSection
        look="section"
        title="How you are told"
        lead="From top to bottom: where the first does not reach you within 15 seconds, the next is tried."
      >
        <ChannelOrder mine={mine} wanted={wishes.channels} onChange={(channels) => set({ channels })} />
      </TitledSection>
      <DevicesCard pushKey={mine.pushKey} />
      <TitledSection look="section" title="What you are told">
        <WhatFields wishes={wishes} role={me.role} sites={sites.data ?? []} onChange={set} />
      </TitledSection>
      <TitledSection
        look="section"
        title="When you are told"
        lead="By the clock below, also on the days on which it is set."
      >
        <WhenFields wishes={wishes} onChange={set} />
      </TitledSection>
      <TitledSection
        look="section"
        title="Sign of life"
        lead="A message that all is well, or plainly what is not. It comes by e-mail and notification, whichever you use, and proves that the way to you works."
      >
        <DigestFields wishes={wishes} onChange={set} />
      </TitledSection>
      <div className={`wishes-save ${draft === null ? '' : 'wishes-save-shown'}`} inert={draft === null}>
        {problem !== null && <Notice tone="bad">{problem}</Notice>}
        <div className="card wishes-save-bar">
          <span>{draft !== null && 'You have changes that are not saved.'}</span>
          <Button look="ghost" onClick={() => setDraft(null)}>
            Undo
          </Button>
          <Button look="primary" busy={busy} onClick={() => void save()}>
            Save
          </Button>
        </div>
      </div>
    </>
  );
}
