// Where a provider leads back to after a proof, in a window of its own: tells the page that waits for it.

import { useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Door } from '../session/door.tsx';
import { takeProblem } from '../session/returned-problem.ts';
import { Notice } from '../ui/notice.tsx';
import { proofChannel } from './provider-window.ts';

export function ProvenPage() {
  const { problem: code } = useSearch({ from: '/proven' });
  const [problem] = useState(() => (code === undefined ? null : takeProblem(code)));
  useEffect(() => {
    const channel = new BroadcastChannel(proofChannel);
    channel.postMessage({ problem });
    channel.close();
    // Where the browser allows it; else the person reads what to do.
    if (problem === null) window.close();
  }, [problem]);
  if (problem === null)
    return <Door heading="It is you" lead="Close this window and go on in the other one." />;
  return (
    <Door heading="That did not work" lead="Close this window and try again in the other one.">
      <Notice tone="bad">{problem}</Notice>
    </Door>
  );
}
