// Who takes care of an incident, and what they write down about it.

import type { IncidentId, MemberId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { allows, isOwned, owned, reachOf, type Scope } from '../organization/access.ts';
import type { Member } from '../organization/organization.ts';
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
  if (member !== null && isAssignable(incident, member)) return member.name;
  const sentence = 'Choose somebody who reaches this site and may resolve incidents.';
  throw new VedetteError('request-invalid', sentence, { fields: { memberId: sentence } });
}

function isAssignable(incident: Incident, member: Member): boolean {
  const scope = { organizationId: member.organizationId, reach: reachOf(member) };
  return allows(member.role, 'resolve') && isOwned(incident, scope);
}

/** Who can look after an incident, by name. Errors: `not-found`. */
export async function listAssignable(
  { records }: Pick<LifeDeps, 'records'>,
  caller: Scope,
  { incidentId }: { incidentId: IncidentId },
): Promise<readonly Pick<Member, 'id' | 'name'>[]> {
  const incident = owned(await records.incidents.find(incidentId), caller);
  const members = await records.members.list(caller.organizationId);
  return members
    .filter((member) => isAssignable(incident, member))
    .map(({ id, name }) => ({ id, name }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
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
