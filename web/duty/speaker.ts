// The speaker of the duty screen: plays notes by Web Audio. Browsers keep it silent until somebody touched the page.

import { type SignalName, signals } from './signal.ts';

/** A note swells and fades for so long, in s: without, it cracks. */
const fadeS = 0.015;

export interface Speaker {
  /** Whether the browser lets it sound. */
  isOn(): boolean;
  /** Asks the browser to; works only in the handling of a click or key. */
  turnOn(): void;
  /** From 0 to 1. */
  setVolume(volume: number): void;
  play(name: SignalName): void;
  close(): void;
}

/** `onChange` is called when the browser allows or stops the sound. */
export function openSpeaker(onChange: () => void): Speaker {
  const context = new AudioContext();
  const out = context.createGain();
  out.connect(context.destination);
  context.addEventListener('statechange', onChange);
  return {
    isOn: () => context.state === 'running',
    turnOn() {
      // Refused without a gesture: the page says that the sound is off.
      if (context.state !== 'running') context.resume().catch(() => undefined);
    },
    // Loudness is felt as a power of it.
    setVolume: (volume) => out.gain.setValueAtTime(volume ** 2, context.currentTime),
    play(name) {
      for (const { pitch, at, length } of signals[name].notes) {
        const start = context.currentTime + 0.02 + at;
        const tone = context.createOscillator();
        const shape = context.createGain();
        tone.type = 'triangle';
        tone.frequency.setValueAtTime(pitch, start);
        shape.gain.setValueAtTime(0, start);
        shape.gain.linearRampToValueAtTime(1, start + fadeS);
        shape.gain.setValueAtTime(1, start + length - fadeS);
        shape.gain.linearRampToValueAtTime(0, start + length);
        tone.connect(shape).connect(out);
        tone.start(start);
        tone.stop(start + length);
      }
    },
    close() {
      context.removeEventListener('statechange', onChange);
      // Closing one that is closed already fails, and does not matter.
      context.close().catch(() => undefined);
    },
  };
}
