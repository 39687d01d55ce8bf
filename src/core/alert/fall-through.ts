// Falling through: where one channel of a person fails, the next is tried, until one delivers.

import type { Incident } from '../incident/incident.ts';
import type { Tables } from '../ports/records.ts';
import type { Alert, AlertState, ChannelKind } from './alert.ts';
import { type Addressee, isSameMailbox } from './audience.ts';
import { type TellDeps, tellOver } from './tell.ts';

/**
 * Tries the next channel of a person where those of `kind` have not told them: because all failed, or because the time
 * for them is up (`isLate`). What still waits goes on being tried, since the next may fail as well. Returns whether one
 * was tried. Call it in the transaction that writes the failure down.
 */
export async function fallThrough(
  deps: TellDeps,
  incident: Incident,
  person: Addressee,
  { occasion, kind, isLate }: { occasion: Alert['occasion']; kind: ChannelKind; isLate: boolean },
): Promise<boolean> {
  if (incident.state === 'resolved') return false;
  const all = await deps.tx.alerts.ofIncident(incident.id);
  const own = all.filter((alert) => alert.memberId === person.member.id && alert.occasion === occasion);
  if (own.some(({ state }) => state === 'delivered')) return false;
  // Where a later channel was tried already, this one's time was up before.
  const place = person.rungs.findIndex((rung) => rung.kind === kind);
  if (person.rungs.slice(place + 1).some((rung) => own.some((alert) => alert.kind === rung.kind)))
    return false;
  const isOver = own.every((alert) => alert.kind !== kind || alert.state === 'failed');
  if (!isOver && !isLate) return false;
  const tried = new Set<string>(own.map((alert) => alert.kind));
  const isNews = occasion.startsWith('changed');
  const untried = person.rungs.filter(({ kind: each }) => !tried.has(each) && !(isNews && each === 'voice'));
  const house = untried[0]?.kind === 'email' ? await houseMail(deps.tx, all, person, occasion) : null;
  if (house === 'delivered') return false;
  // What is on its way to their mailbox does not go there twice.
  const next = untried.find((rung) => house !== 'waiting' || rung.kind !== 'email');
  if (next === undefined) return false;
  await tellOver(deps, incident, person.member.id, next, occasion);
  return true;
}

/** What became of the alert of this occasion over a channel of the organization that is the person's own mailbox. */
async function houseMail(
  tx: Tables,
  alerts: readonly Alert[],
  { member }: Addressee,
  occasion: Alert['occasion'],
): Promise<AlertState | null> {
  for (const alert of alerts) {
    if (alert.memberId !== null || alert.kind !== 'email' || alert.occasion !== occasion) continue;
    const channel = await tx.channels.find(alert.channelId);
    if (channel?.kind === 'email' && isSameMailbox(channel.address, member.email)) return alert.state;
  }
  return null;
}

/**
 * Why an alert to a person need not go out any more, in a sentence; null where it must. `alerts` are those of its
 * incident.
 */
export function reasonToSkip(alert: Alert, incident: Incident, alerts: readonly Alert[]): string | null {
  if (alert.memberId === null) return null;
  const isByHand = alert.occasion.startsWith('by-hand');
  if (incident.state === 'resolved') return 'It was resolved in the meantime.';
  if (incident.state === 'acknowledged' && !isByHand) return 'Somebody took care of it in the meantime.';
  const other = alerts.find(
    (each) =>
      each.memberId === alert.memberId &&
      each.occasion === alert.occasion &&
      each.kind !== alert.kind &&
      each.state === 'delivered',
  );
  return other === undefined ? null : 'They were told over another of their channels.';
}
