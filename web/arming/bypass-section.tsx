// Cameras that a site is armed without.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Camera } from '../../src/http/contract/cameras.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { keys } from '../app/query-keys.ts';
import { Problem } from '../ui/problem.tsx';
import { SwitchRow } from '../ui/switch-row.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { useNow } from '../ui/use-now.ts';
import { momentInside } from '../ui/words.ts';
import { saveBypass } from './queries.ts';

export function BypassSection({ site, cameras }: { site: Site; cameras: readonly Camera[] }) {
  const queryClient = useQueryClient();
  const now = useNow(10_000);
  const change = useMutation({
    mutationFn: ({ cameraId, bypassed }: { cameraId: string; bypassed: boolean }) =>
      saveBypass(site.id, cameraId, bypassed ? null : undefined),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.sites }),
  });
  if (cameras.length === 0) return null;
  return (
    <TitledSection
      look="section"
      title="Cameras that alarm"
      lead="Switch one off to bypass it: it records, but does not alarm until the site was disarmed once."
    >
      <ul className="bypass-list">
        {cameras.map(({ id: cameraId, name }) => {
          const bypass = site.bypasses.find((each) => each.cameraId === cameraId);
          return (
            <li key={cameraId}>
              <SwitchRow
                label={name}
                hint={
                  bypass === undefined
                    ? 'Alarms while the site is armed.'
                    : `Bypassed ${endWords(bypass.until, site, now)}.`
                }
                checked={bypass === undefined}
                disabled={change.isPending}
                onChange={(alarms) => change.mutate({ cameraId, bypassed: !alarms })}
              />
            </li>
          );
        })}
      </ul>
      <Problem error={change.error} />
    </TitledSection>
  );
}

function endWords(until: number | null, { timeZone }: Site, now: number): string {
  return until === null ? 'until the next disarming' : `until ${momentInside(until, timeZone, now)}`;
}
