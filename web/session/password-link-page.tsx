// The page of a link whose letter lets its reader choose a password.

import { type ReactNode, useState } from 'react';
import type { z } from 'zod';
import { ApiError } from '../app/api.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { useForm } from '../ui/use-form.ts';
import { BrokenLink } from './broken-link.tsx';
import { Door } from './door.tsx';
import { forgetLinkToken } from './link-token.ts';
import { PasswordField } from './password-field.tsx';
import { useLinkToken } from './use-link-token.ts';

interface TokenAndPassword {
  readonly token: string;
  readonly password: string;
}

interface PasswordLinkPageProps {
  /** Path of the page: its token is kept under it. */
  readonly page: string;
  readonly schema: z.ZodType<TokenAndPassword>;
  readonly act: (input: TokenAndPassword) => Promise<unknown>;
  readonly onDone: () => void | Promise<void>;
  readonly heading: string;
  readonly lead: ReactNode;
  readonly label: string;
  readonly action: string;
  /** What to do about a link that is worth nothing. */
  readonly advice: string;
}

export function PasswordLinkPage(props: PasswordLinkPageProps) {
  const { page, schema, act, onDone } = props;
  const token = useLinkToken(page);
  const [password, setPassword] = useState('');
  const [isUsed, setUsed] = useState(false);
  const form = useForm(schema, { token, password }, async (input) => {
    try {
      await act(input);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'link-invalid') throw error;
      forgetLinkToken(page);
      return setUsed(true);
    }
    forgetLinkToken(page);
    await onDone();
  });
  if (isUsed || token === '' || form.fields.token !== undefined) {
    return <BrokenLink isCut={!isUsed} advice={props.advice} />;
  }
  return (
    <Door heading={props.heading} lead={props.lead}>
      <form ref={form.ref} className="stack" noValidate onSubmit={form.onSubmit}>
        {form.problem !== null && <Notice tone="bad">{form.problem}</Notice>}
        <PasswordField
          label={props.label}
          value={password}
          onValue={setPassword}
          own={[]}
          autoFocus
          error={form.fields.password}
        />
        <Button look="primary" type="submit" busy={form.busy}>
          {props.action}
        </Button>
      </form>
    </Door>
  );
}
