// Spans of time in queries.

import { branded, type EpochMs } from '../core/brand.ts';
import { VedetteError } from '../core/errors.ts';
import type { Span } from '../core/ports/records.ts';
import { maxSpanMs } from './limits.ts';

/** The span of a query. Errors: `request-invalid` (ends before it starts), `footage-range-too-long`. */
export function checkedSpan({ from, to }: { from: number; to: number }): Span {
  if (to <= from) {
    throw new VedetteError('request-invalid', 'The span must end after it starts.', {
      fields: { to: 'The span must end after it starts.' },
    });
  }
  if (to - from > maxSpanMs) throw new VedetteError('footage-range-too-long');
  return { startAt: branded<EpochMs>(from), endAt: branded<EpochMs>(to) };
}
