// Sounds as long as something has to, and says whether it can be heard.

import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { signals, type SignalName } from './signal.ts';
import { chooseSound, chosenSound, type SoundChoice } from './sound-choice.ts';
import { openSpeaker, type Speaker } from './speaker.ts';

export interface Alarm {
  readonly choice: SoundChoice;
  /** Whether the browser lets this page sound. */
  readonly isOn: boolean;
  readonly turnOn: () => void;
  readonly choose: (change: Partial<SoundChoice>) => void;
}

/** Repeats `signal` until it is another one, or null. `newest` makes it sound at once, also in between. */
export function useAlarm(signal: SignalName | null, newest: string | null): Alarm {
  const speaker = useRef<Speaker | null>(null);
  const [choice, setChoice] = useState(chosenSound);
  const [isOn, setIsOn] = useState(false);

  useEffect(() => {
    const opened = openSpeaker(() => setIsOn(opened.isOn()));
    speaker.current = opened;
    setIsOn(opened.isOn());
    // Whatever somebody touches first lets it sound: nobody has to find the button.
    const touched = () => opened.turnOn();
    window.addEventListener('pointerdown', touched);
    window.addEventListener('keydown', touched);
    return () => {
      window.removeEventListener('pointerdown', touched);
      window.removeEventListener('keydown', touched);
      speaker.current = null;
      opened.close();
    };
  }, []);

  useEffect(() => {
    speaker.current?.setVolume(choice.isMuted ? 0 : choice.volume);
  }, [choice]);

  const play = useEffectEvent((name: SignalName) => {
    if (!choice.isMuted) speaker.current?.play(name);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a newer incident begins the signal anew.
  useEffect(() => {
    if (signal === null || !isOn) return;
    play(signal);
    const timer = window.setInterval(() => play(signal), signals[signal].everyMs);
    return () => window.clearInterval(timer);
  }, [signal, newest, isOn]);

  return {
    choice,
    isOn,
    turnOn: () => speaker.current?.turnOn(),
    choose(change) {
      const next = { ...choice, ...change };
      setChoice(next);
      chooseSound(next);
      speaker.current?.turnOn();
    },
  };
}
