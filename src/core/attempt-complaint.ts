// What a queue says of messages that were not handled: each, but for those that only wait for a service.

import type { FailedAttempt } from './attempt-handler.ts';
import { complaint } from './complaint.ts';
import type { Clock } from './ports/clock.ts';
import type { Log, LogFields } from './ports/log.ts';

export interface MessageComplaint {
  failed(attempt: FailedAttempt, fields: LogFields): void;
  well(): void;
}

/** Of the messages of one topic. */
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
  };
}
