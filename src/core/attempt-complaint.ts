// What a queue says of messages that were not handled: each, but for those that only wait for a service; and each given up.

import type { FailedAttempt } from './attempt-handler.ts';
import { complaint } from './complaint.ts';
import type { Clock } from './ports/clock.ts';
import type { Log, LogFields } from './ports/log.ts';
import type { ReceivedMessage } from './ports/queue.ts';

export interface MessageComplaint {
  failed(attempt: FailedAttempt, fields: LogFields): void;
  well(): void;
  /** It is put aside as a dead letter: said of each, for nobody tries it again. */
  gaveUp(message: Pick<ReceivedMessage, 'id' | 'attempt'>, reason: string): void;
}

/** Of the messages of one topic, which each line of `log` names. */
export function complaintOfMessages(
  deps: { readonly clock: Clock; readonly log: Log },
  topic: string,
): MessageComplaint {
  const says = 'A message was not handled';
  const waiting = complaint(deps, { says, of: topic, level: 'warn', isOfAway: () => true });
  return {
    failed({ reason, isOfAway }, fields) {
      if (isOfAway) waiting.failed(undefined, { ...fields, reason });
      else deps.log.warn(says, { ...fields, reason });
    },
    well: () => waiting.well(),
    gaveUp({ id, attempt }, reason) {
      deps.log.warn('A message was given up', { id, attempts: attempt, reason });
    },
  };
}
