// The first start: you, your place, your first camera.

import '../session/session.css';
import './setup.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import { paths } from '../../src/http/contract/paths.ts';
import { SetupAnswer } from '../../src/http/contract/session.ts';
import { ApiError, request, sentence } from '../app/api.ts';
import { meQuery, setupLinkQuery, welcomeQuery } from '../session/queries.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { check, type FieldErrors, fieldsOf, focusFirstError } from '../ui/form.ts';
import { Icon } from '../ui/icons.tsx';
import { Logo, Mark } from '../ui/logo.tsx';
import { Notice } from '../ui/notice.tsx';
import { ownTimeZone } from '../ui/words.ts';
import { showToast } from '../ui/toast.tsx';
import { emptyDraft, type Step, schemaOf, stepOf, steps, toSetup } from './draft.ts';
import { LinkNeeded } from './link-needed.tsx';
import { CameraStep, PlaceStep, YouStep } from './steps.tsx';

export function SetupPage() {
  const { token } = useSearch({ from: '/setup' });
  const welcome = useQuery(welcomeQuery);
  const link = useQuery({ ...setupLinkQuery(token), enabled: token !== '' });
  const [refused, setRefused] = useState(false);
  const code = link.error instanceof ApiError ? link.error.code : null;
  const isWrong = refused || code === 'setup-link-invalid';
  return (
    <main className="door">
      <title>Set up · Vedette</title>
      <div className="door-card setup-card card">
        {welcome.data?.setupRequired === false || code === 'setup-done' ? (
          <AlreadyDone />
        ) : token === '' || isWrong ? (
          <LinkNeeded wrong={isWrong} />
        ) : link.isPending ? (
          <div className="skeleton setup-skeleton" role="status" aria-label="Loading" />
        ) : (
          // Any other failure (the server is away for a moment) is told when the forms are sent.
          <Wizard token={token} onRefused={() => setRefused(true)} />
        )}
      </div>
    </main>
  );
}

function Wizard({ token, onRefused }: { token: string; onRefused: () => void }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(() => emptyDraft(ownTimeZone()));
  const [step, setStep] = useState<Step>('you');
  const [fields, setFields] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const index = steps.indexOf(step);

  function show(next: Step, faults: FieldErrors = {}) {
    setStep(next);
    setFields(faults);
    if (Object.keys(faults).length > 0) focusFirstError(form.current);
    else requestAnimationFrame(() => form.current?.querySelector('h1')?.focus());
  }

  async function finish() {
    setBusy(true);
    try {
      const body = toSetup(draft, token);
      const { next } = await request(SetupAnswer, paths.setup, { method: 'POST', body });
      queryClient.clear();
      if (next === 'sign-in') {
        showToast('good', <p>All is set up. Sign in with the e-mail and the password that you chose.</p>);
        return await navigate({ to: '/sign-in' });
      }
      await queryClient.fetchQuery(meQuery);
      await navigate({ to: '/' });
    } catch (error) {
      setBusy(false);
      if (error instanceof ApiError && error.code === 'setup-link-invalid') return onRefused();
      const faults = fieldsOf(error);
      setProblem(sentence(error));
      show(stepOf(faults) ?? step, faults);
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    setProblem(null);
    const checked = check(schemaOf(step), toSetup(draft, token));
    if (!checked.ok) return show(step, checked.fields);
    const next = steps[index + 1];
    if (next === undefined) void finish();
    else show(next);
  }

  return (
    <>
      <div className="setup-logo">
        <Logo />
      </div>
      <Progress current={step} />
      <form ref={form} className="stack" noValidate onSubmit={submit}>
        {step === 'you' && <YouStep {...{ draft, setDraft, fields }} />}
        {step === 'place' && <PlaceStep {...{ draft, setDraft, fields }} />}
        {step === 'camera' && <CameraStep {...{ draft, setDraft, fields }} />}
        {problem !== null && <Notice tone="bad">{problem}</Notice>}
        <div className="setup-actions">
          {index > 0 && (
            <Button look="ghost" icon="back" onClick={() => show(steps[index - 1] ?? 'you')} disabled={busy}>
              Back
            </Button>
          )}
          <Button look="primary" type="submit" busy={busy}>
            {index === steps.length - 1 ? 'Start watching' : 'Continue'}
          </Button>
        </div>
      </form>
    </>
  );
}

const stepNames = { you: 'You', place: 'Your place', camera: 'Camera' } as const satisfies Record<
  Step,
  string
>;

function Progress({ current }: { current: Step }) {
  const index = steps.indexOf(current);
  return (
    <ol className="progress" aria-label="Steps">
      {steps.map((step, at) => (
        <li
          key={step}
          data-state={at < index ? 'done' : at === index ? 'now' : 'next'}
          aria-current={step === current ? 'step' : undefined}
        >
          <span className="progress-dot">{at < index ? <Icon name="check" size={13} /> : at + 1}</span>
          {stepNames[step]}
        </li>
      ))}
    </ol>
  );
}

function AlreadyDone() {
  return (
    <div className="door-head setup-alone">
      <Mark size={52} />
      <h1>Vedette is set up</h1>
      <p className="quiet">The first administrator exists already. Sign in instead.</p>
      <Link to="/sign-in" search={{}} className={buttonClass('primary')}>
        Sign in
      </Link>
    </div>
  );
}
