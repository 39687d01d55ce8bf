// How long images that are pushed of a site are kept. Shown where there are such images.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Site } from '../../src/http/contract/sites.ts';
import { keys } from '../app/query-keys.ts';
import { SelectField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { count } from '../ui/words.ts';
import { offeredDays } from './offered-days.ts';
import { saveSettings } from './queries.ts';

export function ImagesKeptSection({ site, mayManage }: { site: Site; mayManage: boolean }) {
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (pushedDays: number | null) => saveSettings(site.id, { pushedDays }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.sites }),
  });
  return (
    <TitledSection look="section" title="Pushed images">
      <div className="delays">
        <SelectField
          label="Kept for"
          hint="Then they are destroyed, and nobody can read them again. What an incident holds is kept with it."
          value={site.pushedDays ?? ''}
          disabled={!mayManage || change.isPending}
          onChange={({ target: { value } }) => change.mutate(value === '' ? null : Number(value))}
        >
          <option value="">As long as possible: {count(site.mostPushedDays, 'day')}</option>
          {offeredDays(site).map((days) => (
            <option key={days} value={days}>
              {count(days, 'day')}
            </option>
          ))}
        </SelectField>
      </div>
      <Problem error={change.error} />
    </TitledSection>
  );
}
