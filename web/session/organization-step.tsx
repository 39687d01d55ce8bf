// Signing in where one's organization does: the address tells which, and its name is shown before one goes there.

import { useState } from 'react';
import { SingleSignOnInput } from '../../src/http/contract/session.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { useForm } from '../ui/use-form.ts';
import { Door } from './door.tsx';
import { ownAddress } from './own-address.ts';
import { findProvider, type ProviderFound } from './queries.ts';

interface OrganizationStepProps {
  readonly email: string;
  readonly onEmail: (email: string) => void;
  readonly next: string | undefined;
  readonly onBack: () => void;
}

export function OrganizationStep({ email, onEmail, next, onBack }: OrganizationStepProps) {
  const [found, setFound] = useState<ProviderFound | null>(null);
  const form = useForm(SingleSignOnInput, { email: email.trim() }, async (input) => {
    setFound(await findProvider(input.email, ownAddress(next)));
  });
  if (found !== null) return <Provider found={found} onBack={onBack} />;
  return (
    <Door
      title="Sign in"
      heading="Your organization"
      lead="Your work address tells where your organization signs in."
    >
      <form ref={form.ref} className="stack" noValidate onSubmit={form.onSubmit}>
        {form.problem !== null && <Notice tone="bad">{form.problem}</Notice>}
        <TextField
          label="E-mail at work"
          type="email"
          inputMode="email"
          autoComplete="email"
          autoFocus
          value={email}
          onChange={(event) => onEmail(event.target.value)}
          error={form.fields.email}
        />
        <Button look="primary" type="submit" busy={form.busy}>
          Continue
        </Button>
      </form>
      <Back onBack={onBack} />
    </Door>
  );
}

function Provider({ found, onBack }: { found: ProviderFound; onBack: () => void }) {
  const [leaving, setLeaving] = useState(false);
  function leave() {
    setLeaving(true);
    window.location.assign(found.url);
  }
  return (
    <Door
      title="Sign in"
      heading={found.organization}
      lead={
        <>
          signs in with <strong>{found.provider}</strong>, at {hostOf(found.url)}.
        </>
      }
    >
      <div className="stack">
        <Button look="primary" type="submit" autoFocus busy={leaving} onClick={leave}>
          Continue to {found.provider}
        </Button>
      </div>
      <Back onBack={onBack} />
    </Door>
  );
}

function Back({ onBack }: { onBack: () => void }) {
  return (
    <div className="door-foot">
      <button type="button" className="link-button" onClick={onBack}>
        Sign in another way
      </button>
    </div>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'its own page';
}
