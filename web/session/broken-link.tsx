// A link that was used, has expired, or lost its end on the way.

import { Link } from '@tanstack/react-router';
import { buttonClass } from '../ui/button.tsx';
import { Door } from './door.tsx';

interface BrokenLinkProps {
  /** Whether there was no token at all: mail programs cut long links. */
  readonly isCut: boolean;
  /** What to do about it, in one sentence. */
  readonly advice: string;
}

export function BrokenLink({ isCut, advice }: BrokenLinkProps) {
  return (
    <Door
      heading={isCut ? 'The link is not whole' : 'This link does not work any more'}
      lead={
        isCut
          ? 'A part of it is missing. Open it again from the letter, or copy all of it.'
          : `It was used, was replaced by a newer one, or has expired. ${advice}`
      }
    >
      <div className="stack">
        <Link to="/sign-in" search={{}} className={buttonClass('plain')}>
          Sign in
        </Link>
      </div>
    </Door>
  );
}
