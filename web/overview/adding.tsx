// Adding sites and cameras from the home page, for those who may.

import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Me } from '../../src/http/contract/session.ts';
import { may } from '../app/may.ts';
import { AddCamera } from '../camera/add-camera.tsx';
import { Button } from '../ui/button.tsx';
import { AddSite } from './add-site.tsx';
import { sitesQuery } from './queries.ts';

type Adding = { readonly what: 'camera'; readonly siteId?: string } | { readonly what: 'site' };

export interface AddingControls {
  readonly addSite: (() => void) | null;
  /** Null where the role may not, or where there is no site to add it to. */
  readonly addCamera: ((siteId?: string) => void) | null;
  readonly adding: Adding | null;
  readonly close: () => void;
}

export function useAdding(me: Me): AddingControls {
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const [adding, setAdding] = useState<Adding | null>(null);
  return {
    addSite: may(me, 'manage-sites') ? () => setAdding({ what: 'site' }) : null,
    addCamera:
      may(me, 'manage-cameras') && sites.length > 0
        ? (siteId) => setAdding(siteId === undefined ? { what: 'camera' } : { what: 'camera', siteId })
        : null,
    adding,
    close: () => setAdding(null),
  };
}

export function AddingButtons({ addSite, addCamera }: AddingControls) {
  return (
    <>
      {addSite !== null && (
        <Button onClick={addSite} icon="home">
          Add site
        </Button>
      )}
      {addCamera !== null && (
        <Button look="primary" icon="plus" onClick={() => addCamera()}>
          Add camera
        </Button>
      )}
    </>
  );
}

export function AddingDialogs({ adding, close }: AddingControls) {
  const { data: sites } = useSuspenseQuery(sitesQuery);
  if (adding === null) return null;
  if (adding.what === 'site') return <AddSite onClose={close} />;
  return <AddCamera sites={sites} siteId={adding.siteId} onClose={close} />;
}
