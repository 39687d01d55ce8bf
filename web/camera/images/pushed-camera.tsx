// The page of a camera whose images are pushed: the light table, the time line, and what happened.

import { useState } from 'react';
import type { Camera } from '../../../src/http/contract/cameras.ts';
import type { Site } from '../../../src/http/contract/sites.ts';
import { useNow } from '../../ui/use-now.ts';
import { ActivityList } from '../activity-list.tsx';
import { CameraHead } from '../camera-head.tsx';
import { activities, leadMs } from '../time-line/activity.ts';
import { viewAtNow } from '../time-line/view.ts';
import { ofImages, TimeLinePanel, useView } from '../time-line-panel.tsx';
import { useTimeLine } from '../use-time-line.ts';
import { LightTable } from './light-table.tsx';
import { imageAt, type Shown } from './step.ts';

const firstSpanMs = 3_600_000;

interface PushedCameraViewProps {
  readonly camera: Camera;
  readonly site: Site;
  readonly startAt: number | undefined;
}

export function PushedCameraView({ camera, site, startAt }: PushedCameraViewProps) {
  const now = useNow(1_000);
  // Undefined follows what comes.
  const [at, setAt] = useState(startAt);
  const moment = at ?? now;
  const [earliest, setEarliest] = useState(camera.createdAt);
  const bounds = { earliest: Math.min(earliest, moment), now };
  const view = useView(viewAtNow(now, firstSpanMs), moment, at === undefined, bounds);
  const { line, loading } = useTimeLine(camera.id, view.view.to, now);
  if (line.earliestAt !== null && line.earliestAt !== earliest) setEarliest(line.earliestAt);
  const [ready, setReady] = useState(false);
  if (!loading && !ready) setReady(true);
  const zone = site.timeZone;
  const shown = imageAt(line.images, moment);
  const seek = (next: number) => {
    view.release();
    setAt(next);
  };
  // At the newest one what comes next is followed.
  const show = (image: Shown) => {
    view.release();
    setAt(image.id === line.images.at(-1)?.id ? undefined : image.at);
  };
  return (
    <div className="page camera-page">
      <title>{`${camera.name} · Vedette`}</title>
      <CameraHead {...{ camera, site, now }} />
      <div className="camera-columns">
        <div className="camera-main">
          {shown === null ? (
            <Empty loading={!ready} />
          ) : (
            <LightTable
              {...{ cameraId: camera.id, name: camera.name, images: line.images, shown, zone, now }}
              onShow={show}
            />
          )}
          <section className="camera-time card" aria-label="Time line">
            <TimeLinePanel
              {...{ line, zone, bounds, view }}
              controls={{
                playback: { mode: 'live', paused: at !== undefined },
                at: shown?.at ?? moment,
                seek,
              }}
              legend={ofImages}
            />
          </section>
        </div>
        <aside className="camera-side">
          <section className="card panel activity-panel" aria-labelledby="activity-title">
            <h2 id="activity-title">Activity</h2>
            <div className="activity-scroll">
              <ActivityList
                activities={activities(line, now)}
                {...{ zone, now, at: shown?.at ?? moment }}
                loading={!ready}
                ofImages
                onPlay={(beganAt) => seek(beganAt + leadMs)}
              />
            </div>
          </section>
        </aside>
      </div>
    </div>
  );
}

function Empty({ loading }: { loading: boolean }) {
  return (
    <div className="light-table-stage">
      <div className="light-table-failed" role="status">
        <p>{loading ? 'Loading…' : 'No image was pushed in the day on the time line.'}</p>
      </div>
    </div>
  );
}
