// Images that were put aside: why, and what can be done. None is shown: what cannot be decoded safely is not for browsers.

import '../organization/organization.css';
import './put-aside.css';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { QuarantinedImage } from '../../src/http/contract/images.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { NotAllowedPage } from '../app/fallbacks.tsx';
import { may } from '../app/may.ts';
import { keys } from '../app/query-keys.ts';
import { camerasQuery, sitesQuery } from '../overview/queries.ts';
import { meQuery } from '../session/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icons.tsx';
import { Empty } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { useNow } from '../ui/use-now.ts';
import { clockSeconds, day, ownTimeZone } from '../ui/words.ts';
import { destroyImage, putAsideQuery, tryAgain } from './queries.ts';
import { mayStrip, mayTryAgain, outcomeWords, whatWords } from './words.ts';

export function PutAsidePage() {
  const { data: me } = useSuspenseQuery(meQuery);
  return may(me, 'manage-cameras') ? <PutAside /> : <NotAllowedPage what="images that were put aside" />;
}

function PutAside() {
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const images = useQuery(putAsideQuery);
  const [told, setTold] = useState('');
  return (
    <div className="page page-narrow">
      <title>Put aside · Vedette</title>
      <header className="page-head">
        <div className="camera-title">
          <Link to="/" className="back-link">
            <Icon name="back" size={18} />
            Overview
          </Link>
          <h1>Put aside</h1>
        </div>
      </header>
      <p className="quiet">
        Images that came and could not be used. They are kept encrypted for as long as images are, and shown
        to nobody.
      </p>
      <p role="status" className="put-aside-told">
        {told}
      </p>
      <Problem error={images.error} />
      {images.isPending && <div className="skeleton skeleton-block" />}
      {images.data?.length === 0 && (
        <Empty icon="check" title="Nothing is put aside">
          <p>Every image that came could be used.</p>
        </Empty>
      )}
      {images.data !== undefined && images.data.length > 0 && (
        <ul className="card put-aside-list" aria-label="Images that were put aside">
          {images.data.map((image) => (
            <li key={image.id}>
              <Row image={image} sites={sites} onTold={setTold} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface RowProps {
  readonly image: QuarantinedImage;
  readonly sites: readonly Site[];
  readonly onTold: (sentence: string) => void;
}

function Row({ image, sites, onTold }: RowProps) {
  const now = useNow(30_000);
  const queryClient = useQueryClient();
  const { data: cameras = [] } = useQuery(camerasQuery);
  const [destroying, setDestroying] = useState(false);
  const site = sites.find(({ id }) => id === image.siteId);
  const camera = cameras.find(({ id }) => id === image.cameraId);
  const zone = site?.timeZone ?? ownTimeZone();
  const when = `${day(image.receivedAt, zone, now)}, ${clockSeconds(image.receivedAt, zone)}`;
  const which = camera === undefined ? `image of ${when}` : `image of ${camera.name}, ${when}`;
  const strip = mayStrip(image);
  const again = useMutation({
    mutationFn: () => tryAgain(image.id, strip),
    onSuccess: async (status) => {
      onTold(outcomeWords(status));
      await queryClient.invalidateQueries({ queryKey: keys.putAside });
    },
  });
  return (
    <div className="section-row">
      <div className="section-words">
        <strong>{image.reason.detail}</strong>
        <span className="quiet small">
          {[site?.name ?? 'No site of yours', camera?.name].filter((name) => name !== undefined).join(' · ')}{' '}
          · <span className="numbers">{when}</span>
        </span>
        <span className="quiet small">{whatWords(image)}</span>
        <Problem error={again.error} />
      </div>
      <div className="section-buttons">
        {mayTryAgain(image) && (
          <Button
            size="small"
            busy={again.isPending}
            aria-label={`${strip ? 'Cut off and try' : 'Try'} again: ${which}`}
            onClick={() => again.mutate()}
          >
            {strip ? 'Cut off and try again' : 'Try again'}
          </Button>
        )}
        <Button size="small" aria-label={`Destroy: ${which}`} onClick={() => setDestroying(true)}>
          Destroy
        </Button>
      </div>
      {destroying && (
        <Destruction image={image} when={when} onTold={onTold} onClose={() => setDestroying(false)} />
      )}
    </div>
  );
}

interface DestructionProps {
  readonly image: QuarantinedImage;
  readonly when: string;
  readonly onTold: (sentence: string) => void;
  readonly onClose: () => void;
}

function Destruction({ image, when, onTold, onClose }: DestructionProps) {
  const queryClient = useQueryClient();
  const destroy = useMutation({
    mutationFn: () => destroyImage(image.id),
    onSuccess: async () => {
      onClose();
      onTold('It was destroyed.');
      await queryClient.invalidateQueries({ queryKey: keys.putAside });
    },
  });
  return (
    <Dialog title="Destroy this image?" onClose={onClose}>
      <p>The image of {when} can be read by nobody afterwards. It cannot be taken back.</p>
      <Problem error={destroy.error} />
      <div className="dialog-actions">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={destroy.isPending} onClick={() => destroy.mutate()}>
          Destroy
        </Button>
      </div>
    </Dialog>
  );
}
