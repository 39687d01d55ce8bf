// How much time there is to leave and to disarm, and who else may arm.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { maxDelaySeconds, type Site, type SiteChange } from '../../src/http/contract/sites.ts';
import { keys } from '../app/query-keys.ts';
import { SelectField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { SwitchRow } from '../ui/switch-row.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { duration } from '../ui/words.ts';
import { saveSettings } from './queries.ts';

const offered = [0, 15, 30, 45, 60, 90, 120, 180, maxDelaySeconds];

export function DelaysSection({ site, mayManage }: { site: Site; mayManage: boolean }) {
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (input: SiteChange) => saveSettings(site.id, input),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.sites }),
  });
  const delay = (name: 'exitDelaySeconds' | 'entryDelaySeconds') => ({
    value: site[name],
    disabled: !mayManage || change.isPending,
    onChange: ({ target }: { target: { value: string } }) => change.mutate({ [name]: Number(target.value) }),
    children: [...new Set([...offered, site[name]])]
      .toSorted((a, b) => a - b)
      .map((seconds) => (
        <option key={seconds} value={seconds}>
          {seconds === 0 ? 'None' : duration(seconds * 1000)}
        </option>
      )),
  });
  return (
    <TitledSection look="section" title="Coming and going">
      <div className="delays">
        <SelectField
          label="Time to leave"
          hint="After arming by hand, until it is in force."
          {...delay('exitDelaySeconds')}
        />
        <SelectField
          label="Time to disarm"
          hint="For who comes in by an entry zone, until an incident opens. Draw entry zones on the cameras that see the door."
          {...delay('entryDelaySeconds')}
        />
      </div>
      <SwitchRow
        label="Commands over MQTT"
        hint="Whoever can write to your broker, home automation for example, may arm and disarm this site and switch its sirens and lights."
        checked={site.armByMqtt}
        disabled={!mayManage || change.isPending}
        onChange={(armByMqtt) => change.mutate({ armByMqtt })}
      />
      <Problem error={change.error} />
    </TitledSection>
  );
}
