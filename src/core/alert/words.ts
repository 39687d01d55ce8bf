// Words that alerts share.

/** "A", "A and B", "A, B and C". */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

export function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** "15 seconds", "1 minute", "90 minutes", "2 hours": how long somebody waited, never more than they did. */
export function waitWords(ms: number): string {
  const seconds = Math.floor(ms / 5_000) * 5;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 2) return minutes === 1 && seconds === 60 ? '1 minute' : `${seconds} seconds`;
  if (minutes < 120) return minutes === 60 ? '1 hour' : `${minutes} minutes`;
  return `${Math.floor(minutes / 60)} hours`;
}
