// Toasts: short words about what just happened, anywhere in the program.

import { type ReactNode, useSyncExternalStore } from 'react';
import { IconButton } from './button.tsx';
import { Icon } from './icons.tsx';

export interface Toast {
  readonly id: string;
  readonly tone: 'good' | 'bad' | 'incident';
  readonly content: ReactNode;
}

/** How long a toast stays, in ms; one about an incident stays longer, one about a failure can be read twice. */
const stayMs = { good: 4000, bad: 9000, incident: 20_000 } as const;
/** More at a time would cover the page. */
const mostToasts = 3;

let made = 0;
let toasts: readonly Toast[] = [];
const listeners = new Set<() => void>();

/** Shows `content`; a toast with the same id is replaced. */
export function showToast(tone: Toast['tone'], content: ReactNode, id: string = newId()): void {
  const shown = { id, tone, content };
  publish([...toasts.filter((toast) => toast.id !== id), shown].slice(-mostToasts));
  // One that replaced it stays for its own time.
  window.setTimeout(() => publish(toasts.filter((toast) => toast !== shown)), stayMs[tone]);
}

export function dismissToast(id: string): void {
  publish(toasts.filter((toast) => toast.id !== id));
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <section className="toasts" aria-label="Notifications" aria-live="polite">
      {shown.map((toast) => (
        <div key={toast.id} className={`toast toast-${toast.tone}`}>
          {toast.tone !== 'incident' && <Icon name={toast.tone === 'good' ? 'check' : 'warning'} />}
          {toast.content}
          <IconButton icon="close" label="Dismiss" size="small" onClick={() => dismissToast(toast.id)} />
        </div>
      ))}
    </section>
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function publish(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function newId(): string {
  made += 1;
  return `toast-${made}`;
}
