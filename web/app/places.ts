// Where one can go, and what of it stands at the bottom of a phone. Pure.

import type { Me } from '../../src/http/contract/session.ts';
import type { IconName } from '../ui/icons.tsx';
import { may, type Permission } from './may.ts';

export interface Place {
  readonly to: '/' | '/incidents' | '/duty' | '/reports' | '/alerts' | '/people' | '/organization';
  readonly label: string;
  readonly icon: IconName;
  readonly needs: Permission;
  /** The first to make way where there is no room for all. */
  readonly isRare?: true;
}

const places: readonly Place[] = [
  { to: '/', label: 'Overview', icon: 'overview', needs: 'view' },
  { to: '/incidents', label: 'Incidents', icon: 'incidents', needs: 'view' },
  { to: '/duty', label: 'Duty', icon: 'duty', needs: 'resolve', isRare: true },
  { to: '/reports', label: 'Reports', icon: 'reports', needs: 'view', isRare: true },
  { to: '/alerts', label: 'Alerts', icon: 'bell', needs: 'manage-channels' },
  { to: '/people', label: 'People', icon: 'people', needs: 'manage-people' },
  {
    to: '/organization',
    label: 'Organization',
    icon: 'organization',
    needs: 'manage-organization',
    isRare: true,
  },
];

/** Side by side at the bottom of a phone, each is still as wide as a thumb. */
const mostBelow = 5;

/** Those that are open to a person with these permissions. */
export function placesFor(me: Pick<Me, 'permissions'>): readonly Place[] {
  return places.filter(({ needs }) => may(me, needs));
}

/** What stands at the bottom of a phone: all of it where it fits, else the rare ones behind "More". */
export function placesBelow(open: readonly Place[]): {
  readonly shown: readonly Place[];
  readonly more: readonly Place[];
} {
  if (open.length <= mostBelow) return { shown: open, more: [] };
  const isRare = (place: Place) => place.isRare === true;
  return { shown: open.filter((place) => !isRare(place)), more: open.filter(isRare) };
}
