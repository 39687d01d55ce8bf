// How this device is used with the keyboard.

import { useState } from 'react';
import { chooseLetterKeys, chosenLetterKeys } from '../ui/letter-keys.ts';
import { SwitchRow } from '../ui/switch-row.tsx';
import { TitledSection } from '../ui/titled-section.tsx';

export function KeysCard() {
  const [count, setCount] = useState(chosenLetterKeys);
  return (
    <TitledSection look="account-card" title="Keyboard" lead="On this device.">
      <SwitchRow
        label="Keys of one letter"
        hint="A acknowledges on the duty screen, P shows the path. Switch them off where you speak to your computer, or press keys by accident: everything has a button, too."
        checked={count}
        onChange={(checked) => {
          chooseLetterKeys(checked);
          setCount(checked);
        }}
      />
    </TitledSection>
  );
}
