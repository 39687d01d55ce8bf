// Who arms, as columns.

import { branded } from '../../core/brand.ts';
import { type ArmedBy, armedByKinds } from '../../core/site/site.ts';
import { oneOf } from './columns.ts';

/** `by` as the two columns that hold it. */
export function armedByColumns(by: ArmedBy): { kind: string; id: string | null } {
  switch (by.kind) {
    case 'member':
      return { kind: by.kind, id: by.memberId };
    case 'access-key':
      return { kind: by.kind, id: by.accessKeyId };
    case 'schedule':
    case 'mqtt':
      return { kind: by.kind, id: null };
  }
}

/** Errors: `data-damaged`. */
export function armedByOf(kindColumn: string, id: string | null): ArmedBy {
  const kind = oneOf(armedByKinds, kindColumn);
  switch (kind) {
    case 'member':
      return { kind, memberId: branded(id ?? '') };
    case 'access-key':
      return { kind, accessKeyId: id === null ? null : branded(id) };
    case 'schedule':
    case 'mqtt':
      return { kind };
  }
}
