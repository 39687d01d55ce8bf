// The top of the duty screen: the way back, how much waits, the time, and the sound.

import { Link } from '@tanstack/react-router';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { Mark } from '../ui/logo.tsx';
import { clockSeconds, ownTimeZone } from '../ui/words.ts';
import type { Alarm } from './use-alarm.ts';

interface DutyBarProps {
  readonly alarm: Alarm;
  readonly open: number;
  readonly acknowledged: number;
  readonly now: number;
  /** Whether the screen is kept from going to sleep. */
  readonly awake: boolean;
}

export function DutyBar({ alarm, open, acknowledged, now, awake }: DutyBarProps) {
  const { isMuted, volume } = alarm.choice;
  return (
    <header className="duty-bar">
      <Link to="/" className="duty-back" title="Back to the overview">
        <Icon name="back" size={20} />
        <Mark size={26} />
        <span>Duty</span>
      </Link>
      <p className="duty-counts" role="status">
        <span className={open > 0 ? 'duty-count duty-count-open' : 'duty-count'}>
          <strong className="numbers">{open}</strong> to acknowledge
        </span>
        <span className="duty-count">
          <strong className="numbers">{acknowledged}</strong> looked after
        </span>
      </p>
      <div className="spacer" />
      {!awake && (
        <span
          className="duty-asleep"
          title="This browser does not keep the screen awake: that needs HTTPS, or localhost. Set the device itself to stay on."
        >
          <Icon name="moon" size={18} />
          <span>Screen may sleep</span>
        </span>
      )}
      <time className="duty-clock numbers" dateTime={new Date(now).toISOString()}>
        {clockSeconds(now, ownTimeZone())}
      </time>
      <label className="duty-volume">
        <span className="hidden-visually">Volume</span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={volume}
          onChange={(event) => alarm.choose({ volume: Number(event.target.value), isMuted: false })}
        />
      </label>
      <IconButton
        icon={isMuted || !alarm.isOn ? 'silent' : 'sound'}
        label={isMuted ? 'Unmute (M)' : 'Mute (M)'}
        aria-pressed={isMuted}
        onClick={() => alarm.choose({ isMuted: !isMuted })}
      />
      <IconButton icon="expand" label="Full screen" onClick={() => void toggleFullScreen()} />
    </header>
  );
}

async function toggleFullScreen(): Promise<void> {
  // Refused on phones that have none: the page fills the window all the same.
  if (document.fullscreenElement !== null) await document.exitFullscreen().catch(() => undefined);
  else await document.documentElement.requestFullscreen?.().catch(() => undefined);
}
