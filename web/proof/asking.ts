// Asking somebody to confirm that it is them: one question at a time, whoever needs the answer.

/** Everybody who asks while the question is open waits for the same answer. */
let open: { readonly answer: Promise<boolean>; readonly settle: (isProven: boolean) => void } | null = null;
const listeners = new Set<() => void>();

/** Opens the dialog, and resolves when the person proved who they are (true) or would not (false). */
export function askForProof(): Promise<boolean> {
  if (open === null) {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    open = { answer: promise, settle: resolve };
    publish();
  }
  return open.answer;
}

/** Closes the dialog with its answer. */
export function settleProof(isProven: boolean): void {
  const question = open;
  open = null;
  question?.settle(isProven);
  publish();
}

/** Whether the question is open. */
export function isProofAsked(): boolean {
  return open !== null;
}

/** Calls `listener` when the question opens or closes, until the returned function is called. */
export function watchProof(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function publish(): void {
  for (const listener of listeners) listener();
}
