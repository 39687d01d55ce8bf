// Images that were pushed of an incident's cameras: a strip to look through, each with what was seen in it and opening large.

import './incident-images.css';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { IncidentDetail } from '../../../src/http/contract/incidents.ts';
import { imagesBetweenQuery } from '../../camera/images/queries.ts';
import { LightTable } from '../../camera/images/light-table.tsx';
import { imageAt } from '../../camera/images/step.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Problem } from '../../ui/problem.tsx';
import { useNow } from '../../ui/use-now.ts';
import { count } from '../../ui/words.ts';
import { ImageStrip } from './image-strip.tsx';
import { inOneRow, mostInStrip, type StripImage, stripSpan, thinned } from './strip.ts';

interface IncidentImagesProps {
  readonly incident: Pick<IncidentDetail, 'cameras' | 'clip' | 'startAt'>;
  readonly zone: string;
  /** Large at once, where no camera of the incident records: then they are all that there is to see. */
  readonly large: boolean;
}

/** Nothing where there are none, unless they would be all there is. */
export function IncidentImages({ incident, zone, large }: IncidentImagesProps) {
  const { images, pending, error } = useIncidentImages(incident);
  const now = useNow(30_000);
  const [chosen, setChosen] = useState<StripImage | null>(null);
  if (error !== null) return <Problem error={error} />;
  const first = images.find(({ detections }) => detections.length > 0) ?? imageAt(images, incident.startAt);
  if (first === null) return large ? <NoImages pending={pending} /> : null;
  const shown = chosen ?? first;
  const strip = thinned(images, mostInStrip);
  const show = ({ id }: { id: string }) => setChosen(images.find((image) => image.id === id) ?? null);
  const { id: cameraId, name } = shown.camera;
  const table = <LightTable {...{ cameraId, name, images, shown, zone, now }} onShow={show} />;
  const onTimeLine = (
    <Link
      to="/cameras/$cameraId"
      params={{ cameraId }}
      search={{ at: shown.at }}
      className={buttonClass('ghost', 'small')}
    >
      <Icon name="clock" size={17} />
      Show on the time line
    </Link>
  );
  return (
    <section className="card incident-images" aria-label="Pushed images">
      {large && table}
      <header className="incident-images-head">
        <h2>{count(images.length, 'pushed image')}</h2>
        {large && onTimeLine}
        {strip.length < images.length && (
          <p className="quiet small">
            {strip.length} are shown here, first those in which something was seen. Open one to step through
            all.
          </p>
        )}
      </header>
      <ImageStrip images={strip} zone={zone} current={large ? shown.id : null} onOpen={setChosen} />
      {!large && chosen !== null && (
        <Dialog wide title={`Images of ${name}`} onClose={() => setChosen(null)}>
          {table}
          <div className="incident-images-foot">{onTimeLine}</div>
        </Dialog>
      )}
    </section>
  );
}

function useIncidentImages({ cameras, clip }: Pick<IncidentDetail, 'cameras' | 'clip'>) {
  const { from, to } = stripSpan(clip);
  return useQueries({
    queries: cameras.map(({ id }) => imagesBetweenQuery(id, from, to)),
    combine: (results) => ({
      images: inOneRow(
        cameras.map((camera, index) => ({ camera, images: results[index]?.data?.images ?? [] })),
      ),
      pending: results.some(({ isPending }) => isPending),
      error: results.find(({ error }) => error !== null)?.error ?? null,
    }),
  });
}

function NoImages({ pending }: { pending: boolean }) {
  return (
    <div className="light-table-stage">
      <div className="light-table-failed" role="status">
        <p>{pending ? 'Loading…' : 'The images of this incident are there no more.'}</p>
      </div>
    </div>
  );
}
