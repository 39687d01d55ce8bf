// In which order the cameras saw somebody: a lane a camera, all over the same time.

import type { TimeLine } from '../../../src/http/contract/cameras.ts';
import { clockSeconds } from '../../ui/words.ts';
import type { StepCamera } from './cameras.ts';
import type { Reach } from './clock.ts';
import { barsOf, partOf } from './lanes.ts';

interface StepLanesProps {
  readonly cameras: readonly StepCamera[];
  readonly lines: ReadonlyMap<string, TimeLine>;
  readonly reach: Reach;
  readonly moment: number;
  readonly zone: string;
  readonly onSeek: (moment: number, cameraId: string) => void;
}

export function StepLanes({ cameras, lines, reach, moment, zone, onSeek }: StepLanesProps) {
  return (
    <div className="step-lanes" style={{ '--at': `${partOf(moment, reach)}%` }}>
      {cameras.map((camera) => {
        const line = lines.get(camera.id);
        return (
          <div key={camera.id} className="step-lane">
            <span className="step-lane-name small">{camera.name}</span>
            <span className="step-lane-bars">
              {line !== undefined &&
                barsOf(line, reach).map((bar) => {
                  const place = { '--left': `${bar.left}%`, '--width': `${bar.width}%` };
                  const words = `${bar.words} at ${clockSeconds(bar.startAt, zone)}`;
                  return bar.kind === 'seen' ? (
                    <button
                      key={bar.key}
                      type="button"
                      className="step-bar"
                      data-kind={bar.kind}
                      style={place}
                      title={words}
                      aria-label={`${camera.name}: ${words}. Go there`}
                      onClick={() => onSeek(bar.startAt, camera.id)}
                    />
                  ) : (
                    <span
                      key={bar.key}
                      className="step-bar"
                      data-kind={bar.kind}
                      style={place}
                      title={words}
                    />
                  );
                })}
            </span>
          </div>
        );
      })}
    </div>
  );
}
