// What is shown instead of a page: while it loads, when it failed, when there is none.

import { Link, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { SignOutButton } from '../session/sign-out-button.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { Empty } from '../ui/notice.tsx';
import { ApiError, sentence } from './api.ts';

/** A service that is away is asked for again so often, in ms: what its answer asks for. */
const askAgainMs = 5_000;

export function PendingPage() {
  return (
    <div className="page" role="status" aria-label="Loading">
      <div className="skeleton skeleton-title" />
      <div className="skeleton skeleton-block" />
    </div>
  );
}

export function ErrorPage({ error }: { error: unknown }) {
  const router = useRouter();
  const isPassing = error instanceof ApiError && error.status === 503;
  useEffect(() => {
    if (!isPassing) return;
    const timer = window.setInterval(() => void router.invalidate(), askAgainMs);
    return () => window.clearInterval(timer);
  }, [isPassing, router]);
  return (
    <main className="page">
      <title>Something went wrong · Vedette</title>
      <Empty icon="warning" title="This page could not be shown">
        <p role="alert">{sentence(error)}</p>
        {isPassing && <p>This page asks again by itself.</p>}
        <Button look="primary" onClick={() => void router.invalidate()}>
          Try again
        </Button>
        {/* Whose account belongs nowhere has no other way out. */}
        {error instanceof ApiError && error.code === 'not-allowed' && <SignOutButton />}
      </Empty>
    </main>
  );
}

export function NotFoundPage() {
  return (
    <main className="page">
      <title>Not found · Vedette</title>
      <Empty icon="info" title="There is nothing here">
        <p>The address is wrong, or what was here is gone.</p>
        <Link to="/" className={buttonClass('primary')}>
          Go to the overview
        </Link>
      </Empty>
    </main>
  );
}

/** A page that the role of who is signed in does not have. `what` completes "Your role does not allow to see …". */
export function NotAllowedPage({ what }: { what: string }) {
  return (
    <div className="page">
      <title>Not allowed · Vedette</title>
      <Empty icon="info" title="This is not for your role">
        <p>Your role does not allow to see or change {what}. Ask an admin if you need it.</p>
        <Link to="/" className={buttonClass('primary')}>
          Go to the overview
        </Link>
      </Empty>
    </div>
  );
}
