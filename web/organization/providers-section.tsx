// Providers: where people sign in instead of here.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Provider } from '../../src/http/contract/organization.ts';
import { keys } from '../app/query-keys.ts';
import { roleWords } from '../people/roles.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { AddProvider } from './add-provider.tsx';
import { ProviderAddresses } from './provider-addresses.tsx';
import { providersQuery, removeProvider } from './queries.ts';

export function ProvidersSection() {
  const providers = useQuery(providersQuery);
  const [adding, setAdding] = useState(false);
  return (
    <TitledSection
      look="section"
      title="Sign-in providers"
      lead="Your people sign in where they sign in for everything else: Keycloak, Microsoft Entra, Amazon Cognito, or another provider that speaks OpenID Connect."
      action={
        <Button icon="plus" onClick={() => setAdding(true)}>
          Add provider
        </Button>
      }
    >
      <Problem error={providers.error} />
      {providers.isPending && <div className="skeleton section-skeleton" />}
      {providers.data?.length === 0 && (
        <p className="quiet small">There is none: everybody signs in with a password or a passkey.</p>
      )}
      {providers.data !== undefined && providers.data.length > 0 && (
        <ul className="section-list">
          {providers.data.map((provider) => (
            <li key={provider.id}>
              <ProviderRow provider={provider} />
            </li>
          ))}
        </ul>
      )}
      {adding && <AddProvider onClose={() => setAdding(false)} />}
    </TitledSection>
  );
}

function ProviderRow({ provider }: { provider: Provider }) {
  const [open, setOpen] = useState<'addresses' | 'removal' | null>(null);
  const close = () => setOpen(null);
  return (
    <div className="section-row">
      <div className="section-words">
        <strong>{provider.name}</strong>
        <span className="quiet small">{provider.issuer}</span>
        <span className="quiet small">
          {provider.domains.join(', ')} · {newPeopleWords(provider)}
        </span>
      </div>
      <div className="section-buttons">
        <Button size="small" icon="link" onClick={() => setOpen('addresses')}>
          Addresses
        </Button>
        <IconButton
          icon="trash"
          size="small"
          label={`Remove ${provider.name}`}
          onClick={() => setOpen('removal')}
        />
      </div>
      {open === 'addresses' && (
        <Dialog title={`Addresses for ${provider.name}`} wide onClose={close}>
          <ProviderAddresses provider={provider} />
        </Dialog>
      )}
      {open === 'removal' && <Removal provider={provider} onClose={close} />}
    </div>
  );
}

function newPeopleWords({ roleClaim, defaultRole }: Provider): string {
  const byClaim = roleClaim === null ? '' : `role by “${roleClaim}”, `;
  if (defaultRole === null) return `${byClaim}${byClaim === '' ? '' : 'else '}members only`;
  return `${byClaim}new people become ${roleWords[defaultRole].name.toLowerCase()}`;
}

function Removal({ provider, onClose }: { provider: Provider; onClose: () => void }) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeProvider(provider.id),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: keys.providers });
    },
  });
  return (
    <Dialog title={`Remove ${provider.name}?`} onClose={onClose}>
      <p>
        Nobody signs in there any more, and who did is signed out. They stay members, and need a password of
        their own to come back: they can ask for one by mail.
      </p>
      <Problem error={remove.error} />
      <div className="dialog-actions">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          Remove
        </Button>
      </div>
    </Dialog>
  );
}
