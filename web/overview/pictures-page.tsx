// The home page of a household: how it stands, every site with its arming, and what its cameras see now.

import { useSuspenseQuery } from '@tanstack/react-query';
import { useCameras } from '../camera/use-cameras.ts';
import { PutAsideNotice } from '../put-aside/put-aside-notice.tsx';
import { meQuery } from '../session/queries.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/notice.tsx';
import { AddingButtons, AddingDialogs, useAdding } from './adding.tsx';
import { AtAGlance } from './at-a-glance.tsx';
import { IncidentBanner } from './incident-banner.tsx';
import { NewestIncidents } from './newest-incidents.tsx';
import { sitesQuery } from './queries.ts';
import { ReachBanner } from './reach-banner.tsx';
import { SiteSection } from './site-section.tsx';

export function PicturesPage() {
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const cameras = useCameras();
  const { data: me } = useSuspenseQuery(meQuery);
  const adding = useAdding(me);
  return (
    <div className="page">
      <title>Overview · Vedette</title>
      <header className="page-head">
        <h1>Overview</h1>
        <AddingButtons {...adding} />
      </header>
      <IncidentBanner />
      <PutAsideNotice me={me} />
      {sites.length > 0 && <ReachBanner sites={sites} />}
      <AtAGlance sites={sites} cameras={cameras} />
      {sites.length === 0 && (
        <div className="card">
          <Empty icon="home" title="No site yet">
            <p>
              {adding.addSite === null
                ? 'Nobody gave you a site yet. Ask who invited you.'
                : 'A site is a place that is armed as a whole: a house, a shop, a workshop.'}
            </p>
            {adding.addSite !== null && (
              <Button look="primary" onClick={adding.addSite}>
                Add the first site
              </Button>
            )}
          </Empty>
        </div>
      )}
      {sites.map((site) => (
        <SiteSection
          key={site.id}
          site={site}
          cameras={cameras.filter((camera) => camera.siteId === site.id)}
          me={me}
          onAddCamera={adding.addCamera}
          isLink
        />
      ))}
      {sites.length > 0 && <NewestIncidents siteId={null} />}
      <AddingDialogs {...adding} />
    </div>
  );
}
