import { queueContract } from '../../core/ports/queue.contract.ts';
import { manualClock } from './clock.ts';
import { memoryQueue } from './queue.ts';

queueContract('memory queue', async () => {
  const clock = manualClock();
  return { queue: memoryQueue({ clock }), pass: (ms) => clock.advance(ms) };
});
