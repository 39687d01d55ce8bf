// A page whose link does one thing, after a press of a button: scanners of mail open links, but press nothing.

import { useMutation } from '@tanstack/react-query';
import { ApiError, sentence } from '../app/api.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { BrokenLink } from './broken-link.tsx';
import { Door } from './door.tsx';
import { forgetLinkToken } from './link-token.ts';
import { useLinkToken } from './use-link-token.ts';

interface LinkPageProps {
  /** Path of the page. */
  readonly page: string;
  readonly heading: string;
  readonly lead: string;
  readonly action: string;
  /** What to do where the link is worth nothing. */
  readonly advice: string;
  readonly act: (token: string) => Promise<void>;
  readonly onDone: () => Promise<void>;
}

export function LinkPage({ page, heading, lead, action, advice, act, onDone }: LinkPageProps) {
  const token = useLinkToken(page);
  const acting = useMutation({
    mutationFn: async () => {
      await act(token);
      forgetLinkToken(page);
      await onDone();
    },
    onError: (error) => {
      if (isWorthless(error)) forgetLinkToken(page);
    },
  });
  if (token === '' || isWorthless(acting.error)) return <BrokenLink isCut={token === ''} advice={advice} />;
  return (
    <Door heading={heading} lead={lead}>
      <div className="stack">
        {acting.isError && <Notice tone="bad">{sentence(acting.error)}</Notice>}
        <Button
          look="primary"
          type="submit"
          autoFocus
          busy={acting.isPending}
          onClick={() => acting.mutate()}
        >
          {action}
        </Button>
      </div>
    </Door>
  );
}

/** Also a text that cannot be a token. */
function isWorthless(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'link-invalid' || error.code === 'request-invalid');
}
