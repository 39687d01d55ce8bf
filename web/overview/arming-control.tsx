// The switch that arms a site.

import '../arming/countdown.css';
import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import type { Camera } from '../../src/http/contract/cameras.ts';
import type { ArmingInput, Site } from '../../src/http/contract/sites.ts';
import { sentence } from '../app/api.ts';
import { serverNow } from '../app/server-clock.ts';
import { EntryCountdown, ExitCountdown } from '../arming/countdown.tsx';
import { isWithoutRecorder } from '../camera/status.ts';
import { useCameras } from '../camera/use-cameras.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { showToast } from '../ui/toast.tsx';
import { useNow } from '../ui/use-now.ts';
import { count, momentInside } from '../ui/words.ts';
import { zonesQuery } from '../zones/queries.ts';
import { type Arming, armingMutation, armingSentence, armingWords, nextEdgeSentence } from './arming.ts';
import { keptOf } from './kept.ts';
import { watchedSentence } from './watched.ts';

const options = [
  { value: 'disarmed', label: 'Disarmed', icon: 'disarmed' },
  { value: 'armed-home', label: 'Home', icon: 'home' },
  { value: 'armed-away', label: 'Away', icon: 'away' },
] as const satisfies readonly { value: Arming; label: string; icon: IconName }[];

export function ArmingControl({ site, mayArm }: { site: Site; mayArm: boolean }) {
  return mayArm ? <ArmingSwitch site={site} /> : <ArmingState site={site} />;
}

/** For those who may only look. */
function ArmingState({ site }: { site: Site }) {
  return (
    <div className="arming">
      <ArmingChip arming={site.arming} />
      <Standing site={site} onArm={null} />
    </div>
  );
}

export function ArmingChip({ arming }: { arming: Arming }) {
  const option = options.find(({ value }) => value === arming);
  return (
    <span className={arming === 'disarmed' ? 'chip' : 'chip chip-accent'}>
      {option !== undefined && <Icon name={option.icon} size={15} />}
      {armingWords[arming]}
    </span>
  );
}

function ArmingSwitch({ site }: { site: Site }) {
  const arm = useArm(site.id);
  return (
    <div className="arming" data-entry={site.entry !== null}>
      <Segmented
        legend={`Arming of ${site.name}`}
        className="arming-switch"
        value={site.arming}
        onChange={(arming) => arm({ arming })}
        options={options.map(({ value, label, icon }) => ({
          value,
          label: armingWords[value],
          face: (
            <>
              <Icon name={icon} size={18} />
              {label}
            </>
          ),
        }))}
      />
      <Standing site={site} onArm={arm} />
    </div>
  );
}

/** What counts now, what runs out, and what comes next. */
function Standing({ site, onArm }: { site: Site; onArm: ((input: ArmingInput) => void) | null }) {
  const now = useNow(1_000);
  const since = momentInside(site.armingChangedAt, site.timeZone, now);
  const { armsAt, entry, bypasses, nextEdge } = site;
  const cameras = useCameras().filter(({ siteId }) => siteId === site.id);
  const watched = useWatched(site, cameras);
  const kept = keptOf(cameras, now);
  const isLeaving = armsAt !== null && now < armsAt;
  return (
    <>
      {entry !== null && (
        <EntryCountdown
          entry={entry}
          onDisarm={onArm === null ? null : () => onArm({ arming: 'disarmed' })}
        />
      )}
      {isLeaving ? (
        <ExitCountdown site={site} armsAt={armsAt} onArm={onArm} />
      ) : (
        <p className="arming-words small quiet" role="status">
          {kept?.tone === 'bad' && (
            <strong className="arming-bad">
              <Icon name="warning" size={15} />
              {kept.words}.
            </strong>
          )}
          {armingSentence(site.arming, since, { watched, kept: kept?.tone === 'plain' ? kept.words : null })}
          {bypasses.length > 0 && ` ${count(bypasses.length, 'camera')} bypassed.`}
          {nextEdge !== null &&
            nextEdge.arming !== site.arming &&
            ` ${nextEdgeSentence(nextEdge.arming, momentInside(nextEdge.at, site.timeZone, now))}`}
        </p>
      )}
    </>
  );
}

/** What opens an incident at the site, by the zones of the cameras that watch it now. */
function useWatched({ arming, bypasses }: Site, cameras: readonly Camera[]): string {
  const watching = cameras.filter(
    ({ id, enabled, status }) =>
      arming !== 'disarmed' &&
      enabled &&
      !isWithoutRecorder(status) &&
      !bypasses.some(({ cameraId }) => cameraId === id),
  );
  const zones = useQueries({
    queries: watching.map((camera) => ({ ...zonesQuery(camera.id), staleTime: 60_000 })),
  });
  if (arming === 'disarmed') return '';
  const known = zones.flatMap(({ data }) => (data === undefined ? [] : [data.zones]));
  return watchedSentence(arming, known.length === watching.length ? known : null);
}

function useArm(siteId: string): (input: ArmingInput) => void {
  const queryClient = useQueryClient();
  const arm = useMutation({ ...armingMutation(queryClient, siteId, serverNow) });
  return (input) =>
    arm.mutate(input, {
      onError: (error) => showToast('bad', <span className="toast-words">{sentence(error)}</span>),
    });
}
