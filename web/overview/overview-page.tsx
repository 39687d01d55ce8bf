// The overview: every site with its arming and what its cameras see now.

import './overview.css';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Camera } from '../../src/http/contract/cameras.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { AddCamera } from '../camera/add-camera.tsx';
import { meQuery } from '../session/queries.ts';
import { mayArm, mayManage } from '../session/roles.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/notice.tsx';
import { useNow } from '../ui/use-now.ts';
import { clockMinutes, count } from '../ui/words.ts';
import { AddSite } from './add-site.tsx';
import { ArmingControl } from './arming-control.tsx';
import { CameraCard } from './camera-card.tsx';
import { IncidentBanner } from './incident-banner.tsx';
import { camerasQuery, sitesQuery } from './queries.ts';

export function OverviewPage() {
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const { data: cameras } = useSuspenseQuery(camerasQuery);
  const { data: me } = useSuspenseQuery(meQuery);
  const [adding, setAdding] = useState<{ what: 'camera'; siteId?: string } | { what: 'site' } | null>(null);
  const manages = mayManage(me.role);
  return (
    <div className="page">
      <title>Overview · Vedette</title>
      <header className="page-head">
        <h1>Overview</h1>
        {manages && (
          <>
            <Button onClick={() => setAdding({ what: 'site' })} icon="home">
              Add site
            </Button>
            {sites.length > 0 && (
              <Button look="primary" icon="plus" onClick={() => setAdding({ what: 'camera' })}>
                Add camera
              </Button>
            )}
          </>
        )}
      </header>
      <IncidentBanner />
      {sites.length === 0 && (
        <div className="card">
          <Empty icon="home" title="No site yet">
            <p>A site is a place that is armed as a whole: a house, a shop, a workshop.</p>
            {manages && (
              <Button look="primary" onClick={() => setAdding({ what: 'site' })}>
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
          mayArm={mayArm(me.role)}
          onAddCamera={manages ? () => setAdding({ what: 'camera', siteId: site.id }) : null}
        />
      ))}
      {adding?.what === 'site' && <AddSite onClose={() => setAdding(null)} />}
      {adding?.what === 'camera' && (
        <AddCamera sites={sites} siteId={adding.siteId} onClose={() => setAdding(null)} />
      )}
    </div>
  );
}

interface SiteSectionProps {
  readonly site: Site;
  readonly cameras: readonly Camera[];
  readonly mayArm: boolean;
  readonly onAddCamera: (() => void) | null;
}

function SiteSection({ site, cameras, mayArm, onAddCamera }: SiteSectionProps) {
  const now = useNow(10_000);
  return (
    <section className="site" aria-labelledby={`site-${site.id}`}>
      <header className="site-head card" data-arming={site.arming}>
        <div className="site-names">
          <h2 id={`site-${site.id}`}>{site.name}</h2>
          <p className="quiet small">
            {count(cameras.length, 'camera')} · {clockMinutes(now, site.timeZone)} at the site
          </p>
        </div>
        <ArmingControl site={site} disabled={!mayArm} />
      </header>
      {cameras.length === 0 ? (
        <div className="card">
          <Empty icon="camera" title="No camera here yet">
            <p>Add a camera of your network, a video file, or the demo camera to look around.</p>
            {onAddCamera !== null && (
              <Button look="primary" icon="plus" onClick={onAddCamera}>
                Add a camera
              </Button>
            )}
          </Empty>
        </div>
      ) : (
        <ul className="camera-grid" data-few={cameras.length <= 2}>
          {cameras.map((camera) => (
            <li key={camera.id}>
              <CameraCard camera={camera} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
