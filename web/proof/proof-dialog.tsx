// The dialog that asks somebody to prove again who they are, whatever page the question came from.

import '../session/session.css';
import './proof.css';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { z } from 'zod';
import { paths } from '../../src/http/contract/paths.ts';
import type { ProofInput } from '../../src/http/contract/session.ts';
import { accountQuery, passkeysQuery } from '../account/queries.ts';
import { send, sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { CodeField } from '../session/code-field.tsx';
import { hindranceHere } from '../session/passkey.ts';
import { askedPasskey } from '../session/queries.ts';
import { useCodeForm } from '../session/use-code-form.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { useForm } from '../ui/use-form.ts';
import { isProofAsked, settleProof, watchProof } from './asking.ts';
import { proveByProvider } from './provider-window.ts';
import { type Way, waysOf } from './ways.ts';

/** Rendered once, above all pages. */
export function ProofDialog() {
  const isAsked = useSyncExternalStore(watchProof, isProofAsked);
  if (!isAsked) return null;
  return (
    <Dialog title="Confirm that it is you" onClose={() => settleProof(false)}>
      <p className="quiet">This changes who can get in or what is kept, so Vedette asks again.</p>
      <Ways />
    </Dialog>
  );
}

function Ways() {
  const queryClient = useQueryClient();
  const account = useQuery(accountQuery);
  const isOwn = account.data?.isManaged === false;
  const passkeys = useQuery({ ...passkeysQuery, enabled: isOwn });
  if (account.isError) return <Notice tone="bad">{sentence(account.error)}</Notice>;
  if (account.isPending || (isOwn && passkeys.isPending)) {
    return <div className="skeleton proof-skeleton" role="status" aria-label="Loading" />;
  }
  const ways = waysOf(account.data, {
    passkeys: passkeys.data?.length ?? 0,
    canUsePasskeys: hindranceHere() === null,
  });
  function done() {
    // Until when it holds has changed.
    void queryClient.invalidateQueries({ queryKey: keys.me });
    settleProof(true);
  }
  return (
    <div className="stack">
      {ways.map((way, index) => (
        <WayToProve key={way} way={way} isFirst={index === 0} onDone={done} />
      ))}
      {ways.length === 0 && (
        <Notice tone="info">
          {passkeys.data?.length
            ? 'Your account asks for its passkey, which does not work here. Open Vedette on the device that has it, at the address where it was added.'
            : 'Your account has neither a password nor a passkey that works here. Sign out, and sign in again the way that you always do.'}
        </Notice>
      )}
    </div>
  );
}

interface WayProps {
  readonly onDone: () => void;
}

function WayToProve({ way, isFirst, onDone }: WayProps & { way: Way; isFirst: boolean }) {
  return (
    <>
      {!isFirst && <p className="or">or</p>}
      {way === 'passkey' && <ByPasskey onDone={onDone} />}
      {way === 'code' && <ByCode onDone={onDone} />}
      {way === 'password' && <ByPassword onDone={onDone} />}
      {way === 'provider' && <ByProvider onDone={onDone} />}
    </>
  );
}

function prove(proof: ProofInput): Promise<void> {
  return send(paths.proof, { method: 'POST', body: proof });
}

function ByPassword({ onDone }: WayProps) {
  const [password, setPassword] = useState('');
  const form = useForm(z.object({ password: z.string().min(1) }), { password }, async (proof) => {
    await prove(proof);
    onDone();
  });
  const problem = form.problem ?? (form.fields.password === undefined ? undefined : 'Enter your password.');
  return (
    <form ref={form.ref} className="stack" noValidate onSubmit={form.onSubmit}>
      <TextField
        label="Your password"
        type="password"
        autoComplete="current-password"
        autoFocus
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={problem}
      />
      <ProofActions busy={form.busy} />
    </form>
  );
}

function ByCode({ onDone }: WayProps) {
  const { form, kind, code, setCode, switchKind } = useCodeForm(async (entered) => {
    await prove({ code: entered });
    onDone();
  });
  return (
    <form ref={form.ref} className="stack" noValidate onSubmit={form.onSubmit}>
      <CodeField
        kind={kind}
        value={code}
        onValue={setCode}
        error={form.fields.code ?? form.problem ?? undefined}
      />
      <button type="button" className="link-button proof-switch" onClick={switchKind}>
        {kind === 'app' ? 'Use a recovery code' : 'Use the code of your app'}
      </button>
      <ProofActions busy={form.busy} />
    </form>
  );
}

function ByPasskey({ onDone }: WayProps) {
  const proving = useMutation({
    mutationFn: async () => prove({ passkey: await askedPasskey() }),
    onSuccess: onDone,
  });
  return (
    <>
      <Problem error={proving.error} />
      <Button icon="key" look="primary" autoFocus busy={proving.isPending} onClick={() => proving.mutate()}>
        Use a passkey
      </Button>
    </>
  );
}

function ByProvider({ onDone }: WayProps) {
  const [leaving] = useState(() => new AbortController());
  useEffect(() => () => leaving.abort(), [leaving]);
  const proving = useMutation({ mutationFn: () => proveByProvider(leaving.signal), onSuccess: onDone });
  return (
    <>
      <p>Your organization’s sign-in opens in a window of its own. This page goes on when you are back.</p>
      {proving.isError && <Notice tone="bad">{sentence(proving.error)}</Notice>}
      {/* Not shown as busy: a window that was closed can be opened again. */}
      <Button icon="organization" look="primary" autoFocus onClick={() => proving.mutate()}>
        Sign in again
      </Button>
      <p className="quiet small" role="status">
        {proving.isPending && 'Waiting for the other window…'}
      </p>
    </>
  );
}

function ProofActions({ busy }: { busy: boolean }) {
  return (
    <div className="dialog-actions">
      <Button onClick={() => settleProof(false)}>Cancel</Button>
      <Button look="primary" type="submit" busy={busy}>
        Confirm
      </Button>
    </div>
  );
}
