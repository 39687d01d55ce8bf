// A test of a person's own channels: sent now, once, without the queue.

import type { AlertId } from '../brand.ts';
import { newId } from '../identifiers.ts';
import type { Member } from '../organization/organization.ts';
import type { Clock } from '../ports/clock.ts';
import type { Notifiers, NotifyResult } from '../ports/notifier.ts';
import type { Records } from '../ports/records.ts';
import { personalTarget, readAddressee } from './audience.ts';
import { composeTest } from './compose.ts';
import type { PersonalKind } from './preferences.ts';

const words: Readonly<Record<PersonalKind, string>> = {
  push: 'Push messages',
  email: 'E-mail',
  sms: 'Text messages',
  voice: 'Calls',
};

/** Sends a test over every channel of one kind; what came of it, best first. Where there is none it says so. */
export async function testPersonal(
  deps: { records: Records; clock: Clock; notifiers: Notifiers },
  member: Member,
  { kind, publicUrl, signal }: { kind: PersonalKind; publicUrl: string; signal: AbortSignal },
): Promise<NotifyResult> {
  const { records, clock, notifiers } = deps;
  const { everyRung } = await readAddressee(records, member);
  const rung = everyRung.find((each) => each.kind === kind);
  if (rung === undefined) {
    return {
      outcome: 'failed',
      retry: false,
      reason: `${words[kind]} do not reach you yet. Set them up first.`,
    };
  }
  const results = await Promise.all(
    rung.channelIds.map(async (channelId): Promise<NotifyResult> => {
      const target = await personalTarget(records, member, { kind, channelId });
      if (target === null) return { outcome: 'failed', retry: false, reason: 'The channel was removed.' };
      const test = composeTest({
        channel: { id: channelId, name: words[kind] },
        organizationId: member.organizationId,
        idempotencyKey: newId<AlertId>(clock),
        at: clock.now(),
        publicUrl,
      });
      const result = await notifiers[kind].send(test, target, signal);
      if (result.outcome === 'failed' && result.gone === true && kind === 'push') {
        await records.pushSubscriptions.delete(channelId);
      }
      return result;
    }),
  );
  const best = results.find(({ outcome }) => outcome === 'handed-over') ?? results[0];
  return best ?? { outcome: 'failed', retry: false, reason: 'There is no channel of this kind.' };
}
