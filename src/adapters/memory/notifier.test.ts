// The notifier in memory keeps what every notifier keeps.

import { notifierContract } from '../../core/ports/notifier.contract.ts';
import { memoryNotifier } from './notifier.ts';

notifierContract('memory notifier', async () => {
  const notifier = memoryNotifier('email');
  let release = () => {};
  return {
    notifier,
    target: { kind: 'email', address: 'owner@example.org' },
    arrivals: () =>
      notifier.deliveries.map(({ alert }) => ({
        idempotencyKey: alert.idempotencyKey,
        text: `${alert.title} ${alert.text} ${alert.url}`,
        snapshot: alert.snapshot?.bytes ?? null,
      })),
    behave(how) {
      release();
      const reason = 'The other end does not want it.';
      if (how === 'hang') release = notifier.hang();
      else if (how !== 'take') {
        notifier.answerNext({ outcome: 'failed', retry: how === 'refuse-for-now', reason });
      }
    },
    secrets: [],
  };
});
