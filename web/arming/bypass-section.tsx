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
      title="Bypass"
      lead="A bypassed camera records, but does not alarm. It ends by itself when the site is disarmed."
    >
      <ul className="bypass-list">
        {cameras.map(({ id: cameraId, name }) => {
          const bypass = site.bypasses.find((each) => each.cameraId === cameraId);
          return (
            <li key={cameraId}>
              <SwitchRow
                label={name}
                hint={bypass === undefined ? 'Alarms.' : `Bypassed ${endWords(bypass.until, site, now)}.`}
                checked={bypass !== undefined}
                disabled={change.isPending}
                onChange={(bypassed) => change.mutate({ cameraId, bypassed })}
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
