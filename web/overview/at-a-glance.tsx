// All is well, or what needs a look, in one line.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Camera } from '../../src/http/contract/cameras.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { useUnresolvedCount } from '../incidents/incident-watch.tsx';
import { Icon } from '../ui/icons.tsx';
import { useNow } from '../ui/use-now.ts';
import { glance } from './glance.ts';
import { reachQuery } from './queries.ts';
import { reachWarning } from './reach.ts';

interface AtAGlanceProps {
  readonly sites: readonly Site[];
  readonly cameras: readonly Camera[];
  /** Where the cameras that need a look are found. */
  readonly link?: ReactNode;
}

export function AtAGlance({ sites, cameras, link }: AtAGlanceProps) {
  const now = useNow(10_000);
  const unresolved = useUnresolvedCount();
  const reach = useQuery(reachQuery);
  const warned = reach.data !== undefined && reachWarning(reach.data, sites, false) !== null;
  const seen = glance(sites, cameras, { unresolved, warned: warned || reach.isPending }, now);
  return (
    <div role="status" className="glance-holder">
      {seen !== null && (
        <div className="glance" data-tone={seen.tone}>
          <span className="glance-sign">
            <Icon
              name={seen.tone === 'good' ? 'away' : seen.tone === 'bad' ? 'warning' : 'clock'}
              size={24}
            />
          </span>
          <p className="glance-words">
            <strong>{seen.title}</strong>
            <span>{seen.detail}</span>
          </p>
          {seen.tone === 'bad' && link}
        </div>
      )}
    </div>
  );
}
