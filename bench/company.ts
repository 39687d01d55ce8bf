// A large company for benchmarks: many armed sites with a camera each, and footage behind them.

import type { House } from '../src/app/wire/house.ts';
import type { Channel } from '../src/core/alert/alert.ts';
import { branded, type ChannelId, type EpochMs, type OrganizationId } from '../src/core/brand.ts';
import { newId } from '../src/core/identifiers.ts';
import { secret } from '../src/core/secret.ts';
import type { Camera } from '../src/core/site/camera.ts';
import * as rows from '../test/houses/rows.ts';

/** Recordings a camera has already: an hour of them, so that holding and classifying has something to find. */
const recordingsEach = 60;
const minuteMs = 60_000;

export interface Company {
  readonly organizationId: OrganizationId;
  /** One at each site. */
  readonly cameras: readonly Camera[];
}

/** Makes `sites` sites that have been armed for ever. */
export async function addCompany({ records, clock }: House, sites: number): Promise<Company> {
  const now = clock.now();
  const company = rows.organization();
  await records.organizations.insert(company);
  await records.initSegments.put(rows.initSegment());
  const cameras: Camera[] = [];
  for (let index = 1; index <= sites; index += 1) {
    const site = rows.site(company, { name: `Site ${index}`, createdAt: now });
    const camera = rows.camera(site, { name: `Camera ${index}`, createdAt: now });
    cameras.push(camera);
    await records.transaction(async (tx) => {
      await tx.sites.insert(site);
      const at = branded<EpochMs>(0);
      const by = { kind: 'schedule' } as const;
      await tx.sites.arm({ siteId: site.id, arming: 'armed-away', at, effectiveAt: at, by });
      await tx.cameras.insert(camera);
      for (let age = recordingsEach; age > 0; age -= 1) {
        const startAt = branded<EpochMs>(now - age * minuteMs);
        const span = { startAt, endAt: branded<EpochMs>(startAt + minuteMs) };
        await tx.recordings.insert(rows.recording(camera, span, { blobKey: `footage/${camera.id}/${age}` }));
      }
    });
  }
  return { organizationId: company.id, cameras };
}

/** A webhook of the organization. */
export function webhookTo({ clock }: House, organizationId: OrganizationId, url: string): Channel {
  return {
    id: newId<ChannelId>(clock),
    organizationId,
    name: 'Bench',
    createdAt: clock.now(),
    kind: 'webhook',
    url,
    signingSecret: secret(`whsec_${Buffer.from('a secret of the bench, 32 bytes.').toString('base64')}`),
  };
}
