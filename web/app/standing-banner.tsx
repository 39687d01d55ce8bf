// Says in words what does not work as usual.

import type { StandingAnswer } from '../../src/http/contract/standing.ts';
import { Notice } from '../ui/notice.tsx';
import { useStanding } from './use-standing.ts';

type DegradedMode = StandingAnswer['degraded'][number]['name'];

/** What cannot be made up for when it is over. */
const grave: readonly DegradedMode[] = ['nothing-answers', 'nothing-recorded'];

export function StandingBanner() {
  const degraded = useStanding();
  const isGrave = degraded.some(({ name }) => grave.includes(name));
  return (
    <div role="status" className="standing">
      {degraded.length > 0 && (
        <Notice tone={isGrave ? 'bad' : 'busy'} icon="warning" announced={false}>
          <strong>Not everything works as usual</strong>
          <ul className="standing-list">
            {degraded.map(({ name, sentence }) => (
              <li key={name}>{sentence}</li>
            ))}
          </ul>
          <p className="standing-end">
            This goes away by itself. If it stays, tell whoever runs this installation.
          </p>
        </Notice>
      )}
    </div>
  );
}
