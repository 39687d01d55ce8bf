// The controls that all pictures of an incident share.

import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icons.tsx';
import { chosenLetterKeys } from '../../ui/letter-keys.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { clockSeconds } from '../../ui/words.ts';
import { type Reach, type StepSpeed, stepSpeeds } from './clock.ts';
import { partOf } from './lanes.ts';
import type { Step } from './use-step.ts';

interface StepControlsProps {
  readonly step: Step;
  readonly reach: Reach;
  readonly growing: boolean;
  /** When the intruder was seen first, and when nobody was there any more; null while somebody is. */
  readonly seen: { readonly startAt: number; readonly endAt: number | null };
  readonly zone: string;
  /** Whether it is drawn where somebody walked; null where there is nothing to draw. */
  readonly paths: { readonly drawn: boolean; readonly toggle: () => void } | null;
}

const speedOptions = stepSpeeds.map((speed) => ({ value: String(speed), label: `${speed}×` }));

export function StepControls({ step, reach, growing, seen, zone, paths }: StepControlsProps) {
  const { clock, moment } = step;
  const place = {
    '--seen-from': `${partOf(seen.startAt, reach)}%`,
    '--seen-to': `${partOf(seen.endAt ?? reach.to, reach)}%`,
    '--at': `${partOf(moment, reach)}%`,
  };
  return (
    <div className="clip-controls step-controls">
      <IconButton
        icon={clock.playing ? 'pause' : 'play'}
        label={clock.playing ? 'Pause all' : 'Play all'}
        shortcut="Space"
        onClick={step.toggle}
      />
      <span className="clip-track" style={place}>
        <input
          type="range"
          aria-label="Position in the clip"
          aria-valuetext={clockSeconds(moment, zone)}
          min={reach.from}
          max={Math.round(reach.to)}
          step={100}
          value={Math.min(moment, reach.to)}
          onChange={(event) => step.seek(Number(event.target.value))}
        />
      </span>
      <span className="numbers clip-clock">{clockSeconds(moment, zone)}</span>
      <span className="step-options">
        {growing && (
          <button type="button" className="step-follow" aria-pressed={clock.following} onClick={step.follow}>
            <span className="dot" />
            Live
          </button>
        )}
        {paths !== null && (
          <button
            type="button"
            className="step-paths"
            aria-pressed={paths.drawn}
            aria-keyshortcuts={chosenLetterKeys() ? 'P' : undefined}
            title={`Where somebody walked, drawn over the pictures${chosenLetterKeys() ? ' (P)' : ''}`}
            onClick={paths.toggle}
          >
            <Icon name="path" size={16} />
            Path
          </button>
        )}
        <Segmented
          legend="Speed"
          small
          className="step-speed"
          value={String(clock.speed)}
          options={speedOptions}
          onChange={(value) => step.setSpeed(speedOf(value))}
        />
      </span>
    </div>
  );
}

function speedOf(text: string): StepSpeed {
  return stepSpeeds.find((speed) => String(speed) === text) ?? 1;
}
