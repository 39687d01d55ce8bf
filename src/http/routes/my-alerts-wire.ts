// My alerts as they go over the wire: wishes, and whether each kind of channel would reach me.

import type { z } from 'zod';
import { readAddressee } from '../../core/alert/audience.ts';
import { type AlertPreferences, type PersonalKind, personalKinds } from '../../core/alert/preferences.ts';
import { readTurn } from '../../core/alert/reach.ts';
import type { Member } from '../../core/organization/organization.ts';
import type { MyAlerts, Wishes } from '../contract/my-alerts.ts';
import type { HttpDeps } from '../dependencies.ts';

/** What is known of a member's alerts. */
export async function myAlertsOf(
  deps: HttpDeps,
  member: Member,
  { memberId: _, ...wishes }: AlertPreferences,
): Promise<z.output<typeof MyAlerts>> {
  const { records, notifiers, pushPublicKey } = deps;
  const [{ everyRung }, provenPhone, pushKey, turn] = await Promise.all([
    readAddressee(records, member),
    records.preferences.provenPhone(member.id),
    pushPublicKey(),
    readTurn(deps, member),
  ]);
  const isProven = member.phone !== null && member.phone === provenPhone;
  const browsers = everyRung.find(({ kind }) => kind === 'push')?.channelIds.length ?? 0;
  const facts = { member, isProven, browsers };
  return {
    wishes: wireWishes(wishes),
    channels: personalKinds.map((kind) => {
      const reason = notifiers[kind].missing ?? reasonOf(kind, facts);
      return { kind, detail: detailOf(kind, facts), isReady: reason === null, reason };
    }),
    phone: { number: member.phone, isProven },
    turn,
    pushKey,
  };
}

interface Facts {
  readonly member: Member;
  readonly isProven: boolean;
  readonly browsers: number;
}

function detailOf(kind: PersonalKind, { member, browsers }: Facts): string {
  if (kind === 'email') return member.email;
  if (kind === 'push') return browsers === 1 ? '1 browser' : `${browsers} browsers`;
  return member.phone ?? 'No number yet';
}

/** Why a kind does not reach the member yet; null where it does. */
function reasonOf(kind: PersonalKind, { member, isProven, browsers }: Facts): string | null {
  if (kind === 'email') return null;
  if (kind === 'push') return browsers > 0 ? null : 'Switch notifications on in a browser of yours.';
  if (member.phone === null) return 'Enter your phone number in your account.';
  return isProven ? null : 'Prove that the number is yours.';
}

function wireWishes(wishes: Omit<AlertPreferences, 'memberId'>): Wishes {
  const { channels, siteIds, hours } = wishes;
  return {
    ...wishes,
    channels: [...channels],
    siteIds: siteIds === null ? null : [...siteIds],
    hours: hours === null ? null : wireHours(hours),
  };
}

function wireHours(hours: NonNullable<AlertPreferences['hours']>): NonNullable<Wishes['hours']> {
  return {
    1: [...hours[1]],
    2: [...hours[2]],
    3: [...hours[3]],
    4: [...hours[4]],
    5: [...hours[5]],
    6: [...hours[6]],
    7: [...hours[7]],
  };
}
