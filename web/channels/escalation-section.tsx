// Who is told after whom, as a ladder over time; changed in place.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Chain, Level } from '../../src/http/contract/escalation.ts';
import { sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { sitesQuery } from '../overview/queries.ts';
import { Button } from '../ui/button.tsx';
import { SelectField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { showToast } from '../ui/toast.tsx';
import { ChainEditor } from './chain-editor.tsx';
import { levelsOf } from './chain-draft.ts';
import { Ladder } from './ladder.tsx';
import { chainQuery, changeChain, resetChain } from './queries.ts';

/** What stands for all sites in the list of them. */
const everySite = '';

const origins = {
  site: 'This site has a chain of its own.',
  organization: 'The chain of all sites.',
  default: 'The chain that Vedette begins with. Change it to fit your people.',
} as const satisfies Record<Chain['from'], string>;

export function EscalationSection() {
  const sites = useQuery(sitesQuery);
  const [siteId, setSiteId] = useState<string | null>(null);
  const chain = useQuery(chainQuery(siteId));
  const list = sites.data ?? [];
  return (
    <TitledSection
      look="section"
      title="Who is told after whom"
      lead="Until somebody acknowledges the incident, the next level is told. Each person by their own channels, as they chose under My alerts."
    >
      {list.length > 1 && (
        <SelectField
          label="For"
          value={siteId ?? everySite}
          onChange={(event) => setSiteId(event.target.value === everySite ? null : event.target.value)}
        >
          <option value={everySite}>All sites without a chain of their own</option>
          {list.map((site) => (
            <option key={site.id} value={site.id}>
              {site.name}
            </option>
          ))}
        </SelectField>
      )}
      {chain.isPending && <div className="skeleton ladder-skeleton" role="status" aria-label="Loading" />}
      {chain.isError && <Notice tone="bad">{sentence(chain.error)}</Notice>}
      {chain.data !== undefined && <ChainView key={siteId} chain={chain.data} siteId={siteId} />}
    </TitledSection>
  );
}

function ChainView({ chain, siteId }: { chain: Chain; siteId: string | null }) {
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<Level[] | null>(null);
  const settled = {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.chains });
      setDraft(null);
      showToast('good', 'Saved.');
    },
  };
  const save = useMutation({ mutationFn: (levels: Level[]) => changeChain(siteId, levels), ...settled });
  const reset = useMutation({ mutationFn: () => resetChain(siteId), ...settled });
  const isOwn = siteId === null ? chain.from === 'organization' : chain.from === 'site';
  const failure = save.error ?? reset.error;
  return (
    <>
      <p className="quiet small">{origins[chain.from]}</p>
      {draft === null ? <Ladder chain={chain} /> : <ChainEditor levels={draft} onChange={setDraft} />}
      {failure !== null && <Notice tone="bad">{sentence(failure)}</Notice>}
      <div className="ladder-acts">
        {draft === null ? (
          <>
            <Button icon="settings" onClick={() => setDraft(levelsOf(chain))}>
              Change
            </Button>
            {isOwn && (
              <Button look="ghost" busy={reset.isPending} onClick={() => reset.mutate()}>
                {siteId === null ? 'Back to the beginning' : 'Follow all sites again'}
              </Button>
            )}
          </>
        ) : (
          <>
            <Button look="primary" busy={save.isPending} onClick={() => save.mutate(draft)}>
              Save
            </Button>
            <Button look="ghost" onClick={() => setDraft(null)}>
              Cancel
            </Button>
          </>
        )}
      </div>
    </>
  );
}
