// Refusals that concern the whole program, not the form that met them: the session ended, or it is too weak.

type Refusal = 'not-signed-in' | 'second-factor-required';

const listeners = new Set<(refusal: Refusal) => void>();

/** Calls `listener` for every such refusal, until the returned function is called. */
export function watchRefusals(listener: (refusal: Refusal) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells those who watch, where `code` is such a refusal. */
export function noteRefusal(code: string): void {
  if (code !== 'not-signed-in' && code !== 'second-factor-required') return;
  for (const listener of listeners) listener(code);
}
