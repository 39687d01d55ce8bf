// A camera on the overview: its newest picture, its name, how it is.

import { Link } from '@tanstack/react-router';
import type { ReactNode, RefObject } from 'react';
import type { Camera } from '../../src/http/contract/cameras.ts';
import { newestImageWords } from '../camera/images/newest-words.ts';
import { hasNewestPicture, problemSentence, statusWords, type Tone } from '../camera/status.ts';
import { Clamped } from '../ui/clamped.tsx';
import { Icon, type IconName } from '../ui/icons.tsx';
import { useNow } from '../ui/use-now.ts';
import { onceOnly, useFreshPicture } from './fresh-picture.ts';
import { usePushedPicture } from './pushed-picture.ts';

/** The picture on the overview is renewed so often, in ms. */
const pictureEveryMs = 2000;

interface CameraCardProps {
  readonly camera: Camera;
  /** The time zone of its site. */
  readonly zone: string;
  readonly bypassed?: boolean;
  /** Whether whoever is signed in may look at images that were pushed. */
  readonly mayLook: boolean;
}

export function CameraCard({ camera, zone, bypassed = false, mayLook }: CameraCardProps) {
  return camera.source.kind === 'pushed' && camera.enabled ? (
    <PushedCard {...{ camera, zone, bypassed, mayLook }} />
  ) : (
    <RecordedCard {...{ camera, bypassed }} />
  );
}

function RecordedCard({ camera, bypassed }: { camera: Camera; bypassed: boolean }) {
  const now = useNow(camera.status.problem === null ? 10_000 : 1000);
  const { tone, words } = statusWords(camera.status, now);
  const problem = problemSentence(camera.status, now);
  const shows = camera.status.state === 'recording';
  // Of a camera that stopped, its last picture is enough.
  const everyMs = shows ? pictureEveryMs : hasNewestPicture(camera.status, now) ? onceOnly : null;
  const { holder, source } = useFreshPicture(camera.id, everyMs);
  const sentence = problem ?? (tone === 'busy' ? 'Connecting to the camera…' : words);
  return (
    <Card {...{ camera, bypassed, tone, words, holder, source }} isLoading={shows}>
      {!shows && <Veil icon={tone === 'bad' ? 'warning' : 'camera'}>{sentence}</Veil>}
    </Card>
  );
}

function PushedCard({ camera, zone, bypassed, mayLook }: Required<CameraCardProps>) {
  const now = useNow(30_000);
  const { holder, source, takenAt, isBroken } = usePushedPicture(camera.id, mayLook);
  const { tone, words } = mayLook
    ? newestImageWords(takenAt, zone, now)
    : { tone: 'good' as const, words: 'Receives images' };
  const isLoading = mayLook && (takenAt === undefined || (takenAt !== null && source === null && !isBroken));
  return (
    <Card {...{ camera, bypassed, tone, words, holder, source, isLoading }}>
      {isBroken && <Veil icon="warning">This image cannot be shown.</Veil>}
      {!isBroken && !isLoading && source === null && <Veil icon="camera">{words}</Veil>}
    </Card>
  );
}

interface CardProps {
  readonly camera: Camera;
  readonly bypassed: boolean;
  readonly tone: Tone;
  readonly words: string;
  readonly holder: RefObject<HTMLDivElement | null>;
  readonly source: string | null;
  /** Whether a picture is about to come. */
  readonly isLoading: boolean;
  readonly children: ReactNode;
}

function Card({ camera, bypassed, tone, words, holder, source, isLoading, children }: CardProps) {
  return (
    <Link
      to="/cameras/$cameraId"
      params={{ cameraId: camera.id }}
      className="camera-card"
      data-tone={tone}
      aria-label={`${camera.name}: ${words}${bypassed ? ', bypassed' : ''}`}
    >
      <div className="camera-picture" ref={holder}>
        {source === null ? (
          <div className={isLoading ? 'skeleton' : 'camera-nothing'} />
        ) : (
          <img src={source} alt="" />
        )}
        {children}
      </div>
      <div className="camera-foot">
        <span className="camera-name" title={camera.name}>
          {camera.name}
        </span>
        {bypassed && <span className="chip chip-busy">Bypassed</span>}
        <span className="camera-state">
          <span className={`dot dot-${tone}`} />
          {words}
        </span>
      </div>
    </Link>
  );
}

/** Over what is there of a picture: why there is no newer one. */
function Veil({ icon, children }: { icon: IconName; children: string }) {
  return (
    <div className="camera-veil">
      <Icon name={icon} size={28} />
      <p>
        <Clamped>{children}</Clamped>
      </p>
    </div>
  );
}
