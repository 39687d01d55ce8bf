// Cells that several tables of the home page share.

import { Link } from '@tanstack/react-router';
import type { Site } from '../../src/http/contract/sites.ts';
import type { Standing } from './clients.ts';

/** "4", or what is wrong with how many. */
export function CamerasCell({ standing: { cameras, troubled } }: { standing: Standing }) {
  return (
    <>
      {cameras}
      {troubled > 0 && <span className="company-bad"> · {troubled} without picture</span>}
    </>
  );
}

export function OpenIncidentsCell({ number }: { number: number }) {
  return number === 0 ? (
    <span className="quiet">None</span>
  ) : (
    <span className="chip chip-bad">{number} unresolved</span>
  );
}

export function SiteLink({ site }: { site: Pick<Site, 'id' | 'name'> }) {
  return (
    <Link to="/sites/$siteId" params={{ siteId: site.id }} className="company-link">
      {site.name}
    </Link>
  );
}

/** Whose it is; sites without a client say so. */
export function ClientCell({ name }: { name: string | null }) {
  return name === null ? <span className="quiet">Nobody</span> : name;
}
