// Back from a camera: to its site where sites have pages of their own, else to the overview.

import { Link } from '@tanstack/react-router';
import type { Site } from '../../src/http/contract/sites.ts';
import { Icon } from '../ui/icons.tsx';
import { useHome } from './use-home.ts';

export function BackToSite({ site }: { site: Site }) {
  const face = (
    <>
      <Icon name="back" size={18} />
      <span className="ellipsis" title={site.name}>
        {site.name}
      </span>
    </>
  );
  return useHome() === 'tables' ? (
    <Link to="/sites/$siteId" params={{ siteId: site.id }} className="back-link">
      {face}
    </Link>
  ) : (
    <Link to="/" className="back-link">
      {face}
    </Link>
  );
}
