// What needs attention now: incidents that nobody resolved.

import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { paths } from '../../src/http/contract/paths.ts';
import { useUnresolvedCount } from '../incidents/incident-watch.tsx';
import { incidentListQuery } from '../incidents/queries.ts';
import { incidentTitle, pendingWords } from '../incidents/words.ts';
import { Icon } from '../ui/icons.tsx';
import { useNow } from '../ui/use-now.ts';
import { ago } from '../ui/words.ts';

export function IncidentBanner() {
  const { data } = useInfiniteQuery(incidentListQuery('unresolved'));
  const now = useNow(10_000);
  const number = useUnresolvedCount();
  const newest = data?.pages[0]?.[0];
  if (newest === undefined) return null;
  const face = (
    <>
      {newest.hasSnapshot ? (
        <img className="banner-picture" src={paths.snapshot(newest.id)} alt="" />
      ) : (
        <span className="banner-picture banner-icon">
          <Icon name="incidents" size={26} />
        </span>
      )}
      <span className="banner-words">
        <strong>{number === 1 ? incidentTitle(newest) : pendingWords(number)}</strong>
        <span>
          {number === 1 ? '' : `Newest: ${incidentTitle(newest)}, `}
          {newest.endAt === null ? 'going on now' : ago(newest.startAt, now)}
        </span>
      </span>
      <span className="banner-go">
        {number === 1 ? 'Watch' : 'Show all'}
        <Icon name="next" size={18} />
      </span>
    </>
  );
  const look = { className: 'banner', 'data-open': newest.state === 'open' };
  return number === 1 ? (
    <Link to="/incidents/$incidentId" params={{ incidentId: newest.id }} {...look}>
      {face}
    </Link>
  ) : (
    <Link to="/incidents" search={{}} {...look}>
      {face}
    </Link>
  );
}
