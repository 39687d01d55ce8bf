// Who takes care of an incident, and what they write down about it.

import type { MemberId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { allows, isOwned, reachOf, type Scope } from '../organization/access.ts';
import type { Tables } from '../ports/records.ts';
import { type Act, actOn, type LifeDeps } from './act.ts';
import type { Incident } from './incident.ts';

/** Longest note, in characters: a page, not a report. */
export const maxNoteLength = 2_000;

/**
 * Names who takes care of the incident, or nobody; the same again changes nothing. Errors: `not-found`,
 * `incident-state`, `request-invalid` (somebody who does not reach the site, or may not resolve incidents).
 */
export async function assignIncident(
  deps: LifeDeps,
  caller: Scope,
  act: Act & { assigneeId: MemberId | null },
): Promise<Incident> {
  const { assigneeId } = act;
  return actOn(deps, caller, act, 'assign', async (tx, incident) => {
    if (incident.assigneeId === assigneeId) return null;
    const action = 'assigned';
    if (assigneeId === null) return { change: { assigneeId }, action, detail: 'Assigned to nobody.' };
    const name = await requireAssignable(tx, incident, assigneeId);
    return { change: { assigneeId }, action, detail: `Assigned to ${name}.` };
  });
}

/** The name of the member. Errors: `request-invalid`. */
async function requireAssignable(tx: Tables, incident: Incident, memberId: MemberId): Promise<string> {
  const member = await tx.members.find(memberId);
  const isTheirs =
    member !== null &&
    allows(member.role, 'resolve') &&
    isOwned(incident, { organizationId: member.organizationId, reach: reachOf(member) });
  if (isTheirs) return member.name;
  const sentence = 'Choose somebody who reaches this site and may resolve incidents.';
  throw new VedetteError('request-invalid', sentence, { fields: { memberId: sentence } });
}

/** Writes a note into the incident's history, for good. Errors: `not-found`, `request-invalid`, `conflict`. */
export async function noteIncident(
  deps: LifeDeps,
  caller: Scope,
  act: Act & { text: string },
): Promise<Incident> {
  const text = act.text.trim();
  if (text === '' || text.length > maxNoteLength) {
    const sentence = `A note has 1 to ${maxNoteLength} characters.`;
    throw new VedetteError('request-invalid', sentence, { fields: { text: sentence } });
  }
  return actOn(deps, caller, act, 'note', async () => ({ change: {}, action: 'noted', detail: text }));
}
