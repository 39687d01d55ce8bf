// One site of many: its arming, its cameras, its newest incidents, and whose it is.

import './overview.css';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Person } from '../../src/http/contract/people.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { NotFoundPage } from '../app/fallbacks.tsx';
import { may } from '../app/may.ts';
import { ArmingSections } from '../arming/arming-sections.tsx';
import { useCameras } from '../camera/use-cameras.ts';
import { DevicesSection } from '../devices/devices-section.tsx';
import { peopleQuery } from '../people/queries.ts';
import { roleWords } from '../people/roles.ts';
import { initials } from '../session/initials.ts';
import { meQuery } from '../session/queries.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { AddingDialogs, useAdding } from './adding.tsx';
import { NewestIncidents } from './newest-incidents.tsx';
import { sitesQuery } from './queries.ts';
import { SiteSection } from './site-section.tsx';
import { useHome } from './use-home.ts';

export function SitePage() {
  const { siteId } = useParams({ from: '/inside/sites/$siteId' });
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const site = sites.find(({ id }) => id === siteId);
  return site === undefined ? <NotFoundPage /> : <SiteView site={site} />;
}

function SiteView({ site }: { site: Site }) {
  const cameras = useCameras();
  const { data: me } = useSuspenseQuery(meQuery);
  const { addCamera, ...adding } = useAdding(me);
  const ofSite = cameras.filter((camera) => camera.siteId === site.id);
  return (
    <div className="page">
      <title>{`${site.name} · Vedette`}</title>
      <header className="page-head site-page-head">
        <div className="camera-title">
          <BackToSites />
          <h1 className="clamp" title={site.name}>
            {site.name}
          </h1>
        </div>
        {addCamera !== null && (
          <Button look="primary" icon="plus" onClick={() => addCamera(site.id)}>
            Add camera
          </Button>
        )}
      </header>
      <SiteSection site={site} cameras={ofSite} me={me} onAddCamera={addCamera} />
      {may(me, 'manage-people') && <PeopleOfSite site={site} />}
      <NewestIncidents siteId={site.id} />
      <DevicesSection site={site} mayManage={may(me, 'manage-cameras')} />
      <ArmingSections site={site} cameras={ofSite} me={me} />
      <AddingDialogs {...adding} addCamera={addCamera} />
    </div>
  );
}

function BackToSites() {
  const isTables = useHome() === 'tables';
  return (
    <Link to="/" search={isTables ? { show: 'sites' } : {}} className="back-link">
      <Icon name="back" size={18} />
      {isTables ? 'Sites' : 'Overview'}
    </Link>
  );
}

/** Whom to call. */
function PeopleOfSite({ site }: { site: Site }) {
  const { data: people } = useQuery(peopleQuery);
  const ones = (people ?? []).filter(
    ({ role, siteIds }) => (role === 'owner' || role === 'viewer') && siteIds.includes(site.id),
  );
  if (ones.length === 0) return null;
  return (
    <section className="newest" aria-labelledby="people-of-site">
      <h2 id="people-of-site">People of this site</h2>
      <ul className="card contact-list">
        {ones.map((person) => (
          <li key={person.id}>
            <Contact person={person} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Contact({ person }: { person: Person }) {
  return (
    <div className="contact">
      <span className="avatar" aria-hidden="true">
        {initials(person.name)}
      </span>
      <span className="contact-words">
        <strong>{person.name}</strong>
        <span className="quiet small">{roleWords[person.role].name}</span>
      </span>
      <span className="contact-ways small">
        {person.phone !== null && <a href={`tel:${person.phone}`}>{person.phone}</a>}
        <a href={`mailto:${person.email}`}>{person.email}</a>
      </span>
    </div>
  );
}
