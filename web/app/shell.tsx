// The frame of every page behind the sign-in: where one is, what needs attention, who one is.

import './shell.css';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useMatchRoute } from '@tanstack/react-router';
import { IncidentWatch, useUnresolvedCount } from '../incidents/incident-watch.tsx';
import { meQuery } from '../session/queries.ts';
import { UserMenu } from '../session/user-menu.tsx';
import { Icon, type IconName } from '../ui/icons.tsx';
import { Logo, Mark } from '../ui/logo.tsx';
import { useVisible } from '../ui/use-visible.ts';
import { may, type Permission } from './may.ts';
import { StandingBanner } from './standing-banner.tsx';
import { useLive } from './use-live.ts';

/** A hidden page stops listening after this, in ms; shown again, it reads everything again. */
const unseenMs = 60_000;

interface Place {
  readonly to: '/' | '/incidents' | '/duty' | '/reports' | '/alerts' | '/people' | '/organization';
  readonly label: string;
  readonly icon: IconName;
  readonly needs: Permission;
  /** What is rarely needed does not fit at the bottom of a phone: it stands in the menu of the account. */
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

export function Shell() {
  const { data: me } = useSuspenseQuery(meQuery);
  // Browsers allow six connections to a server: pages that nobody sees must not use them up.
  const connection = useLive(useVisible(unseenMs));
  const open = places.filter(({ needs }) => may(me, needs));
  return (
    <div className="shell">
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <header className="top-bar">
        <Link to="/" className="top-bar-home" aria-label="Vedette, overview">
          <Mark size={28} />
          <span>{me.organization.name}</span>
        </Link>
        <UserMenu me={me} place="top" />
      </header>
      <aside className="rail">
        <Link to="/" className="rail-logo" aria-label="Vedette, overview">
          <Logo />
        </Link>
        <Places name="Main" places={open} />
        <div className="spacer" />
        <UserMenu me={me} place="rail" />
      </aside>
      <main id="content" className="content" tabIndex={-1}>
        <StandingBanner />
        <Outlet />
      </main>
      <div className="bottom-bar">
        <Places name="Main, below" places={open.filter(({ isRare }) => isRare !== true)} />
      </div>
      <div className="connection" role="status">
        {connection === 'reconnecting' && (
          <span className="connection-hint">
            <span className="button-spinner" /> Reconnecting…
          </span>
        )}
      </div>
      <IncidentWatch />
    </div>
  );
}

function Places({ name, places }: { name: string; places: readonly Place[] }) {
  const unresolved = useUnresolvedCount();
  const matchRoute = useMatchRoute();
  // Cameras and sites are reached from the overview and belong to it.
  const belowOverview =
    matchRoute({ to: '/cameras/$cameraId' }) !== false || matchRoute({ to: '/sites/$siteId' }) !== false;
  return (
    <nav aria-label={name} className="places">
      {places.map((place) => (
        <Link
          key={place.to}
          to={place.to}
          className="place"
          activeOptions={{ exact: place.to === '/', includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
          inactiveProps={belowOverview && place.to === '/' ? { 'aria-current': 'location' } : {}}
        >
          <Icon name={place.icon} size={22} />
          <span>{place.label}</span>
          {place.to === '/incidents' && unresolved > 0 && (
            <span className="badge" title={`${unresolved} unresolved`}>
              {unresolved > 9 ? '9+' : unresolved}
              <span className="hidden-visually"> unresolved</span>
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}
