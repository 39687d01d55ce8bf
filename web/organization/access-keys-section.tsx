// Access keys: how machines call.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AccessKey } from '../../src/http/contract/organization.ts';
import type { Me } from '../../src/http/contract/session.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { keys } from '../app/query-keys.ts';
import { namesWords } from '../people/site-words.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { useNow } from '../ui/use-now.ts';
import { agoRoughly, day, ownTimeZone } from '../ui/words.ts';
import { AddAccessKey } from './add-access-key.tsx';
import { keyState, permissionWords } from './key-words.ts';
import { accessKeysQuery, revokeAccessKey } from './queries.ts';

export function AccessKeysSection({ me, sites }: { me: Me; sites: readonly Site[] }) {
  const accessKeys = useQuery(accessKeysQuery);
  const [adding, setAdding] = useState(false);
  return (
    <TitledSection
      look="section"
      title="Access keys"
      lead="A machine calls the API with one. It can do what you tick and nothing else, until it expires."
      action={
        <Button icon="key" onClick={() => setAdding(true)}>
          Make a key
        </Button>
      }
    >
      <Problem error={accessKeys.error} />
      {accessKeys.isPending && <div className="skeleton section-skeleton" />}
      {accessKeys.data?.length === 0 && <p className="quiet small">There is none: no machine can call.</p>}
      {accessKeys.data !== undefined && accessKeys.data.length > 0 && (
        <ul className="section-list">
          {accessKeys.data.map((accessKey) => (
            <li key={accessKey.id}>
              <KeyRow accessKey={accessKey} sites={sites} />
            </li>
          ))}
        </ul>
      )}
      {adding && <AddAccessKey me={me} sites={sites} onClose={() => setAdding(false)} />}
    </TitledSection>
  );
}

function KeyRow({ accessKey, sites }: { accessKey: AccessKey; sites: readonly Site[] }) {
  const now = useNow(10_000);
  const [revoking, setRevoking] = useState(false);
  const { tone, words } = keyState(accessKey, now);
  const places = placesOf(accessKey, sites);
  return (
    <div className="section-row">
      <div className="section-words">
        <span className="key-title">
          <strong>{accessKey.name}</strong>
          <span className={`chip chip-${tone}`}>{words}</span>
        </span>
        <span className="quiet small">
          <code>{accessKey.start}…</code> · by {accessKey.createdBy} ·{' '}
          {accessKey.expiresAt <= now ? 'ended' : 'until'} {day(accessKey.expiresAt, ownTimeZone(), now)} ·{' '}
          {accessKey.lastUsedAt === null ? 'never used' : `used ${agoRoughly(accessKey.lastUsedAt, now)}`}
        </span>
        <span className="quiet small" title={places.long}>
          {places.short}: {accessKey.permissions.map(permissionWords).join(' · ')}
        </span>
      </div>
      <div className="section-buttons">
        <Button size="small" aria-label={`Revoke ${accessKey.name}`} onClick={() => setRevoking(true)}>
          Revoke
        </Button>
      </div>
      {revoking && <Revocation accessKey={accessKey} onClose={() => setRevoking(false)} />}
    </div>
  );
}

/** The sites of a key or a source in words. */
export function placesOf(
  { siteIds }: Pick<AccessKey, 'siteIds'>,
  sites: readonly Site[],
): { short: string; long: string } {
  if (siteIds === null) return { short: 'Every site', long: 'Every site' };
  const chosen = new Set(siteIds);
  return namesWords(
    sites.filter(({ id }) => chosen.has(id)).map(({ name }) => name),
    'No site',
  );
}

function Revocation({ accessKey, onClose }: { accessKey: AccessKey; onClose: () => void }) {
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeAccessKey(accessKey.id),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: keys.accessKeys });
    },
  });
  return (
    <Dialog title={`Revoke ${accessKey.name}?`} onClose={onClose}>
      <p>Whatever calls with this key is refused from now on. It cannot be taken back.</p>
      <Problem error={revoke.error} />
      <div className="dialog-actions">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={revoke.isPending} onClick={() => revoke.mutate()}>
          Revoke
        </Button>
      </div>
    </Dialog>
  );
}
