// A camera: its live picture, its past, what happened, how it is.

import './camera.css';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { Camera } from '../../src/http/contract/cameras.ts';
import { paths } from '../../src/http/contract/paths.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { NotFoundPage } from '../app/fallbacks.tsx';
import { sitesQuery } from '../overview/queries.ts';
import { Player } from '../player/player.tsx';
import { PlayerVeil } from '../player/player-veil.tsx';
import { IconButton } from '../ui/button.tsx';
import { Clamped } from '../ui/clamped.tsx';
import type { IconName } from '../ui/icons.tsx';
import { Notice } from '../ui/notice.tsx';
import { useNow } from '../ui/use-now.ts';
import { ActivityList } from './activity-list.tsx';
import { CameraHead } from './camera-head.tsx';
import { PushedCameraView } from './images/pushed-camera.tsx';
import { PushedImagesSection } from './images/images-section.tsx';
import { addressOf } from './playback.ts';
import {
  absenceWords,
  hasNewestPicture,
  isWithoutRecorder,
  noticeSentence,
  problemSentence,
  statusDetails,
} from './status.ts';
import { activities, leadMs, nextActivity, previousActivity } from './time-line/activity.ts';
import { reachingNow } from './time-line/chunks.ts';
import { viewAtNow } from './time-line/view.ts';
import { TimeLinePanel, useView } from './time-line-panel.tsx';
import { Transport } from './transport.tsx';
import { useCameras } from './use-cameras.ts';
import { usePlayback } from './use-playback.ts';
import { useTimeLine } from './use-time-line.ts';

/** The time line of the page opens with an hour. */
const firstSpanMs = 3_600_000;

export function CameraPage() {
  const { cameraId } = useParams({ from: '/inside/cameras/$cameraId' });
  const { at } = useSearch({ from: '/inside/cameras/$cameraId' });
  const cameras = useCameras();
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const camera = cameras.find((one) => one.id === cameraId);
  const site = sites.find((one) => one.id === camera?.siteId);
  if (camera === undefined || site === undefined) return <NotFoundPage />;
  // Another camera, or another moment of it, begins afresh.
  const View = camera.source.kind === 'pushed' ? PushedCameraView : CameraView;
  return <View key={`${cameraId} ${at}`} camera={camera} site={site} startAt={at} />;
}

interface CameraViewProps {
  readonly camera: Camera;
  readonly site: Site;
  readonly startAt: number | undefined;
}

function CameraView({ camera, site, startAt }: CameraViewProps) {
  const now = useNow(250);
  const controls = usePlayback(startAt);
  const stage = useRef<HTMLDivElement>(null);
  const { playback, at } = controls;
  // Decided once: a picture that is on screen already stays there when the server has forgotten it.
  const [poster] = useState(hasNewestPicture(camera.status, now) ? paths.picture(camera.id) : undefined);
  const isLive = playback.mode === 'live' && !playback.paused;
  const [earliest, setEarliest] = useState(camera.createdAt);
  const bounds = { earliest, now };
  const view = useView(viewAtNow(now, firstSpanMs), at, isLive, bounds);
  const { line: stored, loading } = useTimeLine(camera.id, view.view.to, now);
  const line = camera.status.state === 'recording' ? reachingNow(stored, now) : stored;
  if (line.earliestAt !== null && line.earliestAt !== earliest) setEarliest(line.earliestAt);
  // Shown at once as a whole: parts that arrive one by one would push each other down.
  const [ready, setReady] = useState(false);
  if (!loading && !ready) setReady(true);
  const zone = site.timeZone;
  const seen = activities(line, now);
  const previous = previousActivity(seen, at);
  const next = nextActivity(seen, at);

  // There is no live picture of a camera that does not record, and asking again and again brings none.
  const absence = playback.mode === 'live' ? absenceWords(camera.status, zone, now) : null;

  // Whoever goes somewhere wants to see it on the time line too.
  function play(moment: number) {
    view.release();
    controls.seek(moment);
  }
  /** On a phone the list lies below the picture, which would play unseen. */
  function playInSight(moment: number) {
    play(moment);
    const picture = stage.current;
    if (picture !== null && picture.getBoundingClientRect().top < 0)
      picture.scrollIntoView({ block: 'start' });
  }
  function goLive() {
    view.release();
    controls.goLive();
  }

  return (
    <div className="page camera-page">
      <title>{`${camera.name} · Vedette`}</title>
      <CameraHead camera={camera} site={site} now={now} />
      <div className="camera-columns">
        <div className="camera-main" ref={stage}>
          <Problem camera={camera} now={now} />
          <Player
            ref={controls.player}
            address={absence === null ? addressOf(playback, camera.id) : null}
            live={playback.mode === 'live'}
            startAt={playback.mode === 'past' ? playback.seek.at : null}
            paused={playback.paused}
            speed={playback.mode === 'past' ? playback.speed : 1}
            label={isLive ? `Live picture of ${camera.name}` : `Footage of ${camera.name}`}
            poster={poster}
            aspectRatio={aspectRatio(camera)}
            onMoment={controls.onMoment}
            onEnded={controls.onEnded}
            {...(absence === null ? { onPress: controls.togglePause } : {})}
          >
            {absence !== null && (
              <PlayerVeil icon={statusIcon(camera.status)} title={absence.title}>
                {absence.detail}
              </PlayerVeil>
            )}
            {isLive && absence === null && (
              <span className="player-tag player-tag-live">
                <span className="dot" />
                Live
              </span>
            )}
            <span className="player-corner">
              <IconButton
                icon="expand"
                label="Full screen"
                size="small"
                onClick={() => controls.player.current?.toggleFullScreen()}
              />
            </span>
          </Player>
          <section className="camera-time card" aria-label="Time line">
            <Transport
              {...{ controls, zone, now }}
              hasPicture={absence === null}
              onSeek={play}
              onLive={goLive}
              onPrevious={previous && (() => play(previous.startAt - leadMs))}
              onNext={next && (() => play(next.startAt - leadMs))}
            />
            <TimeLinePanel {...{ line, zone, bounds, controls, view }} />
          </section>
          <PushedImagesSection
            images={line.images}
            name={camera.name}
            {...{ zone, at, now }}
            cameraId={camera.id}
          />
        </div>
        <aside className="camera-side">
          <section className="card panel activity-panel" aria-labelledby="activity-title">
            <h2 id="activity-title">Activity</h2>
            <div className="activity-scroll">
              <ActivityList activities={seen} {...{ zone, now, at }} loading={!ready} onPlay={playInSight} />
            </div>
          </section>
          <section className="card panel details-panel" aria-labelledby="details-title">
            <h2 id="details-title">Details</h2>
            <dl className="details">
              {statusDetails(camera.status, now).map(({ term, value }) => (
                <div key={term}>
                  <dt>{term}</dt>
                  <dd className="numbers">{value}</dd>
                </div>
              ))}
            </dl>
          </section>
        </aside>
      </div>
    </div>
  );
}

/** What is wrong, or worth knowing. That a file ended, a camera is switched off or nothing is recorded, the picture itself says. */
function Problem({ camera: { status }, now }: { camera: Camera; now: number }) {
  const isSaid = status.state === 'ended' || isWithoutRecorder(status);
  const sentence = isSaid ? null : problemSentence(status, now);
  const notice = noticeSentence(status, now);
  return (
    <>
      {sentence !== null && (
        <Notice tone="bad">
          <Clamped>{sentence}</Clamped>
        </Notice>
      )}
      {notice !== null && (
        <Notice tone="info">
          <Clamped>{notice}</Clamped>
        </Notice>
      )}
    </>
  );
}

function statusIcon({ state }: Camera['status']): IconName {
  if (state === 'ended' || state === 'disabled') return 'camera';
  return state === 'starting' ? 'clock' : 'warning';
}

function aspectRatio({ status: { picture } }: Camera): number {
  return picture === null ? 16 / 9 : picture.width / picture.height;
}
