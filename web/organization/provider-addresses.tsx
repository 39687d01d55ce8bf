// What is to be registered at a provider.

import type { Provider } from '../../src/http/contract/organization.ts';
import { Secret } from '../ui/secret.tsx';

export function ProviderAddresses({ provider }: { provider: Provider }) {
  return (
    <>
      <p>Register these two for the client at {provider.name}:</p>
      <div className="stack">
        <div className="field">
          <span className="field-label">Redirect address</span>
          <Secret text={provider.redirectUri} label="Copy the redirect address" />
          <p className="field-hint">Where the browser comes back to after signing in.</p>
        </div>
        <div className="field">
          <span className="field-label">Back-channel logout address</span>
          <Secret text={provider.backChannelLogoutUri} label="Copy the logout address" />
          <p className="field-hint">Who signs out there is signed out here. Not every provider has it.</p>
        </div>
      </div>
    </>
  );
}
