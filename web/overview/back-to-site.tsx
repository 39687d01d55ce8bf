// Back from a camera to its site.

import { Link } from '@tanstack/react-router';
import type { Site } from '../../src/http/contract/sites.ts';
import { Icon } from '../ui/icons.tsx';

export function BackToSite({ site }: { site: Site }) {
  const face = (
    <>
      <Icon name="back" size={18} />
      <span className="ellipsis" title={site.name}>
        {site.name}
      </span>
    </>
  );
  return (
    <Link to="/sites/$siteId" params={{ siteId: site.id }} className="back-link">
      {face}
    </Link>
  );
}
