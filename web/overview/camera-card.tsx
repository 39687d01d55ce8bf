// A camera on the overview: its newest picture, its name, how it is.

import { Link } from '@tanstack/react-router';
import type { Camera } from '../../src/http/contract/cameras.ts';
import { hasNewestPicture, problemSentence, statusWords } from '../camera/status.ts';
import { Clamped } from '../ui/clamped.tsx';
import { Icon } from '../ui/icons.tsx';
import { useNow } from '../ui/use-now.ts';
import { onceOnly, useFreshPicture } from './fresh-picture.ts';

/** The picture on the overview is renewed so often, in ms. */
const pictureEveryMs = 2000;

export function CameraCard({ camera, bypassed }: { camera: Camera; bypassed?: boolean }) {
  const now = useNow(camera.status.problem === null ? 10_000 : 1000);
  const { tone, words } = statusWords(camera.status, now);
  const problem = problemSentence(camera.status, now);
  const shows = camera.status.state === 'recording';
  // Of a camera that stopped, its last picture is enough.
  const everyMs = shows ? pictureEveryMs : hasNewestPicture(camera.status, now) ? onceOnly : null;
  const { holder, source } = useFreshPicture(camera.id, everyMs);
  return (
    <Link
      to="/cameras/$cameraId"
      params={{ cameraId: camera.id }}
      className="camera-card"
      data-tone={tone}
      aria-label={`${camera.name}: ${words}${bypassed === true ? ', bypassed' : ''}`}
    >
      <div className="camera-picture" ref={holder}>
        {source === null ? (
          <div className={shows ? 'skeleton' : 'camera-nothing'} />
        ) : (
          <img src={source} alt="" />
        )}
        {!shows && (
          <div className="camera-veil">
            <Icon name={tone === 'bad' ? 'warning' : 'camera'} size={28} />
            <p>
              <Clamped>{problem ?? (tone === 'busy' ? 'Connecting to the camera…' : words)}</Clamped>
            </p>
          </div>
        )}
      </div>
      <div className="camera-foot">
        <span className="camera-name" title={camera.name}>
          {camera.name}
        </span>
        {bypassed === true && <span className="chip chip-busy">Bypassed</span>}
        <span className="camera-state">
          <span className={`dot dot-${tone}`} />
          {words}
        </span>
      </div>
    </Link>
  );
}
