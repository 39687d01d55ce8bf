// Warns where nobody would be told of an incident, or where the last one reached nobody.

import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Site } from '../../src/http/contract/sites.ts';
import { may } from '../app/may.ts';
import { meQuery } from '../session/queries.ts';
import { Icon } from '../ui/icons.tsx';
import { reachQuery } from './queries.ts';
import { reachWarning } from './reach.ts';

export function ReachBanner({ sites }: { sites: readonly Site[] }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const { data } = useQuery(reachQuery);
  const mayMend = may(me, 'manage-channels');
  const warning = data === undefined ? null : reachWarning(data, sites, mayMend);
  return (
    <div role="status" className="glance-holder">
      {warning !== null && (
        <div className="glance" data-tone="bad">
          <span className="glance-sign">
            <Icon name="bell" size={24} />
          </span>
          <p className="glance-words">
            <strong>{warning.title}</strong>
            <span>{warning.detail}</span>
          </p>
          <Remedy incidentId={warning.incidentId} mayMend={mayMend} />
        </div>
      )}
    </div>
  );
}

function Remedy({ incidentId, mayMend }: { incidentId: string | null; mayMend: boolean }) {
  if (incidentId !== null) {
    return (
      <Link to="/incidents/$incidentId" params={{ incidentId }} className="banner-go">
        See why
        <Icon name="next" size={18} />
      </Link>
    );
  }
  return (
    <Link to={mayMend ? '/alerts' : '/my-alerts'} className="banner-go">
      {mayMend ? 'Set up alerts' : 'My alerts'}
      <Icon name="next" size={18} />
    </Link>
  );
}
