// What is shown instead of a page: while it loads, when it failed, when there is none.

import { Link, useRouter } from '@tanstack/react-router';
import { Button, buttonClass } from '../ui/button.tsx';
import { Empty } from '../ui/notice.tsx';
import { sentence } from './api.ts';

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
  return (
    <main className="page">
      <title>Something went wrong · Vedette</title>
      <Empty icon="warning" title="This page could not be shown">
        <p role="alert">{sentence(error)}</p>
        <Button look="primary" onClick={() => void router.invalidate()}>
          Try again
        </Button>
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
