// The duty screen: a wall that shows and sounds what nobody looks after yet.

import './duty.css';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Incident } from '../../src/http/contract/incidents.ts';
import { ApiError } from '../app/api.ts';
import { NotAllowedPage } from '../app/fallbacks.tsx';
import { may } from '../app/may.ts';
import { useLive } from '../app/use-live.ts';
import { useStanding } from '../app/use-standing.ts';
import { incidentTitle } from '../incidents/words.ts';
import { meQuery } from '../session/queries.ts';
import { useMedia } from '../ui/use-media.ts';
import { useNow } from '../ui/use-now.ts';
import { DutyBar } from './duty-bar.tsx';
import { DutyQueue } from './duty-queue.tsx';
import { DutyQuiet } from './duty-quiet.tsx';
import { DutyStage } from './duty-stage.tsx';
import { DutyWarnings } from './duty-warnings.tsx';
import type { DutyAct } from './keyboard.ts';
import { dutyOrder, lookedAt, soundingSeverity, stepped } from './order.ts';
import { dutyQuery } from './queries.ts';
import { useAcknowledge } from './use-acknowledge.ts';
import { useAlarm } from './use-alarm.ts';
import { useDutyKeys } from './use-duty-keys.ts';
import { useLost } from './use-lost.ts';
import { useWakeLock } from './use-wake-lock.ts';

/** Live pictures beside the one that is looked at: browsers allow six connections to a server, and each needs one. */
const liveBeside = 2;

export function DutyPage() {
  const { data: me, error } = useSuspenseQuery(meQuery);
  if (error instanceof ApiError && error.code === 'not-allowed') throw error;
  return may(me, 'resolve') ? <Wall /> : <NotAllowedPage what="the duty screen" />;
}

function Wall() {
  const connection = useLive(true);
  const watched = useQuery(dutyQuery);
  const degraded = useStanding();
  const lostSince = useLost(watched.dataUpdatedAt, connection === 'reconnecting');
  const [chosen, setChosen] = useState<string | null>(null);
  const navigate = useNavigate();
  const acknowledge = useAcknowledge();
  const awake = useWakeLock();
  const now = useNow(1000);
  const wide = useMedia('(min-width: 800px)');

  const ordered = dutyOrder(watched.data ?? []);
  const open = ordered.filter(({ state }) => state === 'open');
  const looked = lookedAt(ordered, chosen);
  const sounding = soundingSeverity(ordered);
  const newest = newestOf(ordered);
  const alarm = useAlarm(sounding ?? (lostSince === null ? null : 'lost'), newest?.id ?? null);

  function act(what: DutyAct) {
    switch (what) {
      case 'acknowledge':
        if (looked?.state !== 'open') return;
        acknowledge(looked);
        setChosen(null);
        return;
      case 'open':
        if (looked !== null)
          void navigate({ to: '/incidents/$incidentId', params: { incidentId: looked.id } });
        return;
      case 'next':
      case 'previous':
        setChosen(stepped(ordered, looked?.id ?? null, what === 'next' ? 1 : -1)?.id ?? null);
        return;
      case 'mute':
        alarm.choose({ isMuted: !alarm.choice.isMuted });
    }
  }
  useDutyKeys(act);

  return (
    <main className="duty" data-sounding={sounding ?? 'none'}>
      <title>{open.length > 0 ? `(${open.length}) Duty · Vedette` : 'Duty · Vedette'}</title>
      <h1 className="hidden-visually">Duty</h1>
      <DutyBar {...{ alarm, now, awake }} open={open.length} acknowledged={ordered.length - open.length} />
      <DutyWarnings {...{ alarm, degraded, lostSince, now }} />
      <p className="hidden-visually" role="alert">
        {newest?.state === 'open' && `${incidentTitle(newest)}, ${newest.severity} severity`}
      </p>
      {watched.data === undefined ? (
        <div className="duty-loading skeleton" role="status" aria-label="Loading" />
      ) : (
        <div className="duty-body">
          {(looked === null || (open.length === 0 && chosen === null)) && <DutyQuiet now={now} />}
          {looked !== null && (open.length > 0 || chosen !== null) && (
            <DutyStage key={looked.id} incident={looked} {...{ now, onAct: act }} />
          )}
          <DutyQueue
            incidents={ordered}
            lookedAt={open.length > 0 || chosen !== null ? (looked?.id ?? null) : null}
            live={wide && open.length > 0 ? liveBeside : 0}
            now={now}
            onChoose={setChosen}
          />
        </div>
      )}
    </main>
  );
}

function newestOf(incidents: readonly Incident[]): Incident | null {
  return incidents.toSorted((a, b) => b.openedAt - a.openedAt)[0] ?? null;
}
