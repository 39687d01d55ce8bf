// A site: its arming and what its cameras see now.

import { Link } from '@tanstack/react-router';
import type { Camera } from '../../src/http/contract/cameras.ts';
import type { Me } from '../../src/http/contract/session.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { may } from '../app/may.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { Empty } from '../ui/notice.tsx';
import { useNow } from '../ui/use-now.ts';
import { clockMinutes, count } from '../ui/words.ts';
import { ArmingControl } from './arming-control.tsx';
import { CameraCard } from './camera-card.tsx';

interface SiteSectionProps {
  readonly site: Site;
  readonly cameras: readonly Camera[];
  readonly me: Me;
  readonly onAddCamera: ((siteId: string) => void) | null;
  /** Whether the name leads to the page of the site; on that page it does not. */
  readonly isLink?: boolean;
}

export function SiteSection({ site, cameras, me, onAddCamera, isLink = false }: SiteSectionProps) {
  const now = useNow(10_000);
  return (
    <section className="site" aria-labelledby={`site-${site.id}`}>
      <header className="site-head card" data-arming={site.arming}>
        <div className="site-names">
          <h2 id={`site-${site.id}`}>
            {isLink ? (
              <Link to="/sites/$siteId" params={{ siteId: site.id }} className="site-link">
                {site.name}
                <Icon name="next" size={18} />
              </Link>
            ) : (
              site.name
            )}
          </h2>
          <p className="quiet small">
            {count(cameras.length, 'camera')} · {clockMinutes(now, site.timeZone)} at the site
          </p>
        </div>
        <ArmingControl site={site} mayArm={may(me, 'arm')} />
      </header>
      {cameras.length === 0 ? (
        <div className="card">
          <Empty icon="camera" title="No camera here yet">
            {onAddCamera !== null && (
              <>
                <p>Add a camera of your network, a video file, or the demo camera to look around.</p>
                <Button look="primary" icon="plus" onClick={() => onAddCamera(site.id)}>
                  Add a camera
                </Button>
              </>
            )}
          </Empty>
        </div>
      ) : (
        <ul className="camera-grid" data-size={sizeOf(cameras.length, me)}>
          {cameras.map((camera) => (
            <li key={camera.id}>
              <CameraCard
                camera={camera}
                zone={site.timeZone}
                mayLook={may(me, 'view-footage')}
                bypassed={site.bypasses.some(({ cameraId }) => cameraId === camera.id)}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Whoever only watches their own place wants to see it large. */
function sizeOf(cameras: number, me: Me): 'large' | 'medium' | 'small' {
  if (!may(me, 'manage-cameras')) return cameras <= 4 ? 'large' : 'medium';
  return cameras <= 2 ? 'medium' : 'small';
}
