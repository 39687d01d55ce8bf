// A camera: its live picture, its past, what happened, how it is.

import './camera.css';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Camera } from '../../src/http/contract/cameras.ts';
import { paths } from '../../src/http/contract/paths.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { NotFoundPage } from '../app/fallbacks.tsx';
import { camerasQuery, sitesQuery } from '../overview/queries.ts';
import { Player } from '../player/player.tsx';
import { meQuery } from '../session/queries.ts';
import { mayManage } from '../session/roles.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { Notice } from '../ui/notice.tsx';
import { useNow } from '../ui/use-now.ts';
import { ActivityList } from './activity-list.tsx';
import { CameraSettings } from './camera-settings.tsx';
import { addressOf } from './playback.ts';
import { pictureWords, problemSentence, statusDetails, statusWords } from './status.ts';
import { activities, leadMs, nextActivity, previousActivity } from './time-line/activity.ts';
import { reachingNow } from './time-line/chunks.ts';
import { viewAtNow } from './time-line/view.ts';
import { TimeLinePanel, useView } from './time-line-panel.tsx';
import { Transport } from './transport.tsx';
import { usePlayback } from './use-playback.ts';
import { useTimeLine } from './use-time-line.ts';

/** The time line of the page opens with an hour. */
const firstSpanMs = 3_600_000;

export function CameraPage() {
  const { cameraId } = useParams({ from: '/inside/cameras/$cameraId' });
  const { at } = useSearch({ from: '/inside/cameras/$cameraId' });
  const { data: cameras } = useSuspenseQuery(camerasQuery);
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const camera = cameras.find((one) => one.id === cameraId);
  const site = sites.find((one) => one.id === camera?.siteId);
  if (camera === undefined || site === undefined) return <NotFoundPage />;
  // Another camera, or another moment of it, begins afresh.
  return <CameraView key={`${cameraId} ${at}`} camera={camera} site={site} startAt={at} />;
}

interface CameraViewProps {
  readonly camera: Camera;
  readonly site: Site;
  readonly startAt: number | undefined;
}

function CameraView({ camera, site, startAt }: CameraViewProps) {
  const now = useNow(250);
  const controls = usePlayback(startAt);
  const { playback, at } = controls;
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
  const unavailable = playback.mode === 'live' && camera.status.state !== 'recording';

  function play(moment: number) {
    view.release();
    controls.seek(moment);
  }

  return (
    <div className="page camera-page">
      <title>{`${camera.name} · Vedette`}</title>
      <Head camera={camera} site={site} now={now} />
      <div className="camera-columns">
        <div className="camera-main">
          <Problem camera={camera} now={now} />
          <Player
            ref={controls.player}
            address={unavailable ? null : addressOf(playback, camera.id)}
            live={playback.mode === 'live'}
            startAt={playback.mode === 'past' ? playback.seek.at : null}
            paused={playback.paused}
            speed={playback.mode === 'past' ? playback.speed : 1}
            label={isLive ? `Live picture of ${camera.name}` : `Footage of ${camera.name}`}
            poster={paths.picture(camera.id)}
            aspectRatio={aspectRatio(camera)}
            onMoment={controls.onMoment}
            onEnded={controls.onEnded}
            onPress={controls.togglePause}
          >
            {unavailable && (
              <p className="player-message">
                {camera.status.state === 'starting'
                  ? 'Connecting to the camera…'
                  : 'No live picture now. The time line has what was recorded.'}
              </p>
            )}
            {isLive && !unavailable && (
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
              onPrevious={previous && (() => play(previous.startAt - leadMs))}
              onNext={next && (() => play(next.startAt - leadMs))}
            />
            <TimeLinePanel {...{ line, zone, bounds, controls, view }} />
          </section>
        </div>
        <aside className="camera-side">
          <section className="card panel activity-panel" aria-labelledby="activity-title">
            <h2 id="activity-title">Activity</h2>
            <div className="activity-scroll">
              <ActivityList activities={seen} {...{ zone, now, at }} loading={!ready} onPlay={play} />
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

function Head({ camera, site, now }: { camera: Camera; site: Site; now: number }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const [settings, setSettings] = useState(false);
  const { tone, words } = statusWords(camera.status, now);
  return (
    <header className="page-head camera-head">
      <div className="camera-title">
        <Link to="/" className="back-link">
          <Icon name="back" size={18} />
          {site.name}
        </Link>
        <h1>{camera.name}</h1>
        <p className="camera-sub quiet small">
          <span className="camera-state" role="status">
            <span className={`dot dot-${tone}`} />
            {words}
          </span>
          <span className="camera-picture-words">{pictureWords(camera.status)}</span>
        </p>
      </div>
      {mayManage(me.role) && (
        <Button icon="settings" onClick={() => setSettings(true)}>
          Settings
        </Button>
      )}
      {settings && <CameraSettings camera={camera} onClose={() => setSettings(false)} />}
    </header>
  );
}

function Problem({ camera, now }: { camera: Camera; now: number }) {
  const sentence = problemSentence(camera.status, now);
  if (sentence !== null) {
    return (
      <div className="camera-problem">
        <Notice tone="bad">{sentence}</Notice>
      </div>
    );
  }
  if (camera.status.state !== 'disabled') return null;
  return (
    <div className="camera-problem">
      <Notice tone="info">This camera is switched off. Its footage stays until it expires.</Notice>
    </div>
  );
}

function aspectRatio({ status: { picture } }: Camera): number {
  return picture === null ? 16 / 9 : picture.width / picture.height;
}
