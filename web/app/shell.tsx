// The frame of every page behind the sign-in: where one is, what needs attention, who one is.

import './shell.css';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useMatchRoute } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { IncidentWatch, useUnresolvedCount } from '../incidents/incident-watch.tsx';
import { meQuery } from '../session/queries.ts';
import { UserMenu } from '../session/user-menu.tsx';
import { Icon } from '../ui/icons.tsx';
import { Logo, Mark } from '../ui/logo.tsx';
import { Menu } from '../ui/menu.tsx';
import { useVisible } from '../ui/use-visible.ts';
import { type Place, placesBelow, placesFor } from './places.ts';
import { StandingBanner } from './standing-banner.tsx';
import { useLive } from './use-live.ts';

/** A hidden page stops listening after this, in ms; shown again, it reads everything again. */
const unseenMs = 60_000;

export function Shell() {
  const { data: me } = useSuspenseQuery(meQuery);
  // Browsers allow six connections to a server: pages that nobody sees must not use them up.
  const connection = useLive(useVisible(unseenMs));
  const open = placesFor(me);
  const below = placesBelow(open);
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
        <Places name="Main, below" places={below.shown}>
          {below.more.length > 0 && <More places={below.more} />}
        </Places>
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

interface PlacesProps {
  readonly name: string;
  readonly places: readonly Place[];
  readonly children?: ReactNode;
}

function Places({ name, places, children }: PlacesProps) {
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
      {children}
    </nav>
  );
}

/** What has no room beside the others. */
function More({ places }: { places: readonly Place[] }) {
  const matchRoute = useMatchRoute();
  return (
    <Menu
      label="More"
      buttonClass="place"
      menuClass="menu-more"
      current={places.some(({ to }) => matchRoute({ to }) !== false)}
      face={
        <>
          <Icon name="more" size={22} />
          <span>More</span>
        </>
      }
    >
      {(close) =>
        places.map(({ to, label, icon }) => (
          <Link
            key={to}
            to={to}
            className="menu-item"
            activeOptions={{ includeSearch: false }}
            activeProps={{ 'aria-current': 'page' }}
            onClick={close}
          >
            <Icon name={icon} size={20} />
            {label}
          </Link>
        ))
      }
    </Menu>
  );
}
