// What went wrong with something one did, as a sentence; nothing where one called it off oneself.

import { sentence, wasCancelled } from '../app/api.ts';
import { Notice } from './notice.tsx';

export function Problem({ error }: { error: unknown }) {
  if (error === null || wasCancelled(error)) return null;
  return <Notice tone="bad">{sentence(error)}</Notice>;
}
