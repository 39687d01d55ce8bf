// A way out for who is signed in and can do nothing here.

import { Button } from '../ui/button.tsx';
import { useSignOut } from './use-sign-out.ts';

export function SignOutButton() {
  const leave = useSignOut();
  return (
    <Button icon="signOut" onClick={() => void leave()}>
      Sign out
    </Button>
  );
}
