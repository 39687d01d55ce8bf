// Where pushed images belong: sites and cameras, remembered for moments.

import type { CameraId, OrganizationId, SiteId } from '../brand.ts';
import type { Clock } from '../ports/clock.ts';
import type { Records } from '../ports/records.ts';
import { remembered } from '../remembered.ts';
import type { CameraPlace } from '../site/camera.ts';

/** A site or camera that was removed takes images for so long at most; who takes them in looks again. */
const ttlMs = 5_000;
const max = 10_000;

export interface Places {
  site(id: SiteId): Promise<{ readonly id: SiteId; readonly organizationId: OrganizationId } | null>;
  camera(id: CameraId): Promise<CameraPlace | null>;
  /** A camera was made just now. */
  forget(): void;
}

export function places({
  records,
  clock,
}: {
  records: Pick<Records, 'sites' | 'cameras'>;
  clock: Clock;
}): Places {
  const sites = remembered(clock, { ttlMs, max }, async (id: SiteId) => {
    const site = await records.sites.find(id);
    return site === null ? null : { id: site.id, organizationId: site.organizationId };
  });
  const cameras = remembered(clock, { ttlMs, max }, (id: CameraId) => records.cameras.place(id));
  return {
    site: (id) => sites.get(id),
    camera: (id) => cameras.get(id),
    forget: () => cameras.forget(),
  };
}
