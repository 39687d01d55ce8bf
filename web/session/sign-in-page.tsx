// Signing in: the ways there are, on one page, and the second step.

import { useQuery } from '@tanstack/react-query';
import { Navigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { OrganizationStep } from './organization-step.tsx';
import { PasswordStep } from './password-step.tsx';
import { welcomeQuery } from './queries.ts';
import { takeProblem } from './returned-problem.ts';
import { SecondStep } from './second-step.tsx';
import { useEnter } from './use-enter.ts';

type Step = 'start' | 'second-step' | 'organization';

export function SignInPage() {
  const { next, problem: code } = useSearch({ from: '/sign-in' });
  const welcome = useQuery(welcomeQuery);
  const enter = useEnter();
  const [step, setStep] = useState<Step>('start');
  const [email, setEmail] = useState('');
  const [problem, setProblem] = useState(() => (code === undefined ? null : takeProblem(code)));
  const go = (to: Step, why: string | null = null) => {
    setStep(to);
    setProblem(why);
  };

  // Nobody can sign in yet: the page that says where the setup link is helps more.
  if (welcome.data?.setupRequired) return <Navigate to="/setup" search={{ token: '' }} />;
  if (step === 'second-step') {
    return (
      <SecondStep
        onDone={() => enter(next)}
        onBack={() => go('start')}
        onTooLate={() => go('start', 'That took too long. Enter your password again.')}
      />
    );
  }
  if (step === 'organization') {
    return <OrganizationStep email={email} onEmail={setEmail} next={next} onBack={() => go('start')} />;
  }
  return (
    <PasswordStep
      welcome={welcome.data}
      email={email}
      onEmail={setEmail}
      told={problem}
      onDone={() => enter(next)}
      onSecondStep={() => go('second-step')}
      onOrganization={() => go('organization')}
    />
  );
}
