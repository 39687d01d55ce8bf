// The switch that arms a site.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Site } from '../../src/http/contract/sites.ts';
import { sentence } from '../app/api.ts';
import { serverNow } from '../app/server-clock.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { showToast } from '../ui/toast.tsx';
import { momentInside } from '../ui/words.ts';
import { type Arming, armingMutation, armingSentence, armingWords } from './arming.ts';

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
  const since = momentInside(site.armingChangedAt, site.timeZone, serverNow());
  return (
    <div className="arming">
      <ArmingChip arming={site.arming} />
      <p className="arming-words small quiet" role="status">
        {armingSentence(site.arming, since)}
      </p>
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
  const queryClient = useQueryClient();
  const arm = useMutation({
    ...armingMutation(queryClient, site.id, serverNow),
  });
  const since = momentInside(site.armingChangedAt, site.timeZone, serverNow());
  return (
    <div className="arming">
      <Segmented
        legend={`Arming of ${site.name}`}
        className="arming-switch"
        value={site.arming}
        onChange={(arming) =>
          arm.mutate(
            { arming },
            {
              onError: (error) => showToast('bad', <span className="toast-words">{sentence(error)}</span>),
            },
          )
        }
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
      <p className="arming-words small quiet" role="status">
        {armingSentence(site.arming, since)}
      </p>
    </div>
  );
}
