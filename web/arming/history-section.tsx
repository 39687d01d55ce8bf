// Who armed and disarmed, and when; cameras that were bypassed; who came in.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type ArmingLine, maxHistoryPage, type Site } from '../../src/http/contract/sites.ts';
import { camerasQuery } from '../overview/queries.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { Problem } from '../ui/problem.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { useNow } from '../ui/use-now.ts';
import { clockSeconds, day } from '../ui/words.ts';
import { armingHistoryQuery, historyStep } from './queries.ts';
import { lineWords } from './words.ts';

/** Lines shown at first: the newest day of most homes. */
const few = 6;

export function ArmingHistory({ site }: { site: Site }) {
  const [limit, setLimit] = useState(few);
  const { data, error } = useQuery(armingHistoryQuery(site.id, limit));
  const lines = data ?? [];
  return (
    <TitledSection look="section" title="History" lead="Who armed and disarmed, when and how.">
      <Problem error={error} />
      {data !== undefined && lines.length === 0 && <p className="quiet">Nobody has armed this site yet.</p>}
      <ol className="arming-history">
        {lines.map((line) => (
          <Line key={`${line.kind} ${line.at}`} line={line} site={site} />
        ))}
      </ol>
      {lines.length >= limit && limit < maxHistoryPage && (
        <span>
          <Button size="small" onClick={() => setLimit(Math.min(maxHistoryPage, limit + historyStep))}>
            Show more
          </Button>
        </span>
      )}
    </TitledSection>
  );
}

function Line({ line, site: { timeZone } }: { line: ArmingLine; site: Site }) {
  const now = useNow(30_000);
  const { data: cameras } = useQuery(camerasQuery);
  const nameOf = (cameraId: string) => cameras?.find(({ id }) => id === cameraId)?.name;
  const { icon, tone, what, more } = lineWords(line, timeZone, now, nameOf);
  return (
    <li>
      <span className="history-icon" data-tone={tone}>
        <Icon name={icon} size={18} />
      </span>
      <span className="history-words">
        <strong>{what}</strong>
        <span className="quiet small">
          {more}
          {line.kind === 'entry' && line.incidentId !== null && (
            <>
              {' '}
              <Link to="/incidents/$incidentId" params={{ incidentId: line.incidentId }}>
                Open it
              </Link>
            </>
          )}
        </span>
      </span>
      <time className="numbers quiet small" dateTime={new Date(line.at).toISOString()}>
        {day(line.at, timeZone, now)} {clockSeconds(line.at, timeZone)}
      </time>
    </li>
  );
}
