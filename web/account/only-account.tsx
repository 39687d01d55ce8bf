// The frame where only the account is open: the organization asks for a second factor, and there is none yet.

import '../app/shell.css';
import './account.css';
import { Navigate, Outlet, useLocation } from '@tanstack/react-router';
import type { Me } from '../../src/http/contract/session.ts';
import { UserMenu } from '../session/user-menu.tsx';
import { Logo } from '../ui/logo.tsx';

export function OnlyAccount({ me }: { me: Me }) {
  const isElsewhere = useLocation().pathname !== '/account';
  if (isElsewhere) return <Navigate to="/account" replace />;
  return (
    <div className="only-account">
      <header className="only-account-bar">
        <Logo />
        <UserMenu me={me} place="top" />
      </header>
      <main id="content" className="content" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}
