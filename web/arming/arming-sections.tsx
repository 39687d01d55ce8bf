// All about the arming of a site, on its page.

import '../organization/organization.css';
import './arming.css';
import type { Camera } from '../../src/http/contract/cameras.ts';
import type { Me } from '../../src/http/contract/session.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { may } from '../app/may.ts';
import { BypassSection } from './bypass-section.tsx';
import { DelaysSection } from './delays-section.tsx';
import { ArmingHistory } from './history-section.tsx';
import { ImagesKeptSection } from './images-kept-section.tsx';
import { ScheduleSection } from './schedule-section.tsx';

interface ArmingSectionsProps {
  readonly site: Site;
  readonly cameras: readonly Camera[];
  readonly me: Me;
}

export function ArmingSections({ site, cameras, me }: ArmingSectionsProps) {
  const mayArm = may(me, 'arm');
  return (
    <div className="arming-sections">
      <ScheduleSection site={site} mayArm={mayArm} />
      <ArmingHistory site={site} />
      <DelaysSection site={site} mayManage={may(me, 'manage-sites')} />
      {cameras.some(({ source }) => source.kind === 'pushed') && (
        <ImagesKeptSection site={site} mayManage={may(me, 'manage-sites')} />
      )}
      {mayArm && <BypassSection site={site} cameras={cameras} />}
    </div>
  );
}
