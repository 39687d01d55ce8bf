// Says in words what does not work as usual.

import { Notice } from '../ui/notice.tsx';
import { useStanding } from './use-standing.ts';

export function StandingBanner() {
  const degraded = useStanding();
  return (
    <div role="status" className="standing">
      {degraded.length > 0 && (
        <Notice tone="busy" icon="warning" announced={false}>
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
