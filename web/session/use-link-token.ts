// The secret of the link that opened a page; another link, pasted into the same tab, opens it anew.

import { useEffect, useState } from 'react';
import { takeLinkToken } from './link-token.ts';

/** The token of the page at the path `page`; "" where its link has none. */
export function useLinkToken(page: string): string {
  const [token] = useState(() => takeLinkToken(page));
  useEffect(() => {
    // Only the fragment differs, for which browsers load nothing: the secret would stay in the address bar, unread.
    const openAnew = () => {
      if (window.location.hash !== '') window.location.reload();
    };
    window.addEventListener('hashchange', openAnew);
    return () => window.removeEventListener('hashchange', openAnew);
  }, []);
  return token;
}
