// What a zone asks for: kind, objects, when, how tall, how long, which way.

import { useId } from 'react';
import {
  armedArmings,
  maxDwellSeconds,
  maxMinHeight,
  objectKinds,
  type Zone,
  zoneKinds,
} from '../../src/http/contract/zones.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Icon } from '../ui/icons.tsx';
import { Notice } from '../ui/notice.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { changeZone, type Draft, kindNames, remember, removeZone, turnLine } from './draft.ts';
import { armingWords, faultsOf, kindHints, objectWords } from './words.ts';

interface ZoneSettingsProps {
  readonly zone: Zone;
  readonly act: (change: (draft: Draft) => Draft) => void;
}

export function ZoneSettings({ zone, act }: ZoneSettingsProps) {
  const faults = faultsOf(zone);
  const { id, kind } = zone;
  const alarms = kind === 'watch' || kind === 'entry' || kind === 'line';
  const set = (change: Partial<Omit<Zone, 'id' | 'points'>>) =>
    act((draft) => changeZone(remember(draft), id, change));
  const type = (change: Partial<Omit<Zone, 'id' | 'points'>>) =>
    act((draft) => changeZone(draft, id, change));
  const areas = zoneKinds.filter((each) => each !== 'line');
  return (
    <div className="zone-settings stack">
      {faults.points !== undefined && <Notice tone="bad">{faults.points}</Notice>}
      <TextField
        label="Name"
        value={zone.name}
        maxLength={80}
        error={faults.name}
        onFocus={() => act(remember)}
        onChange={(event) => type({ name: event.target.value })}
      />
      {kind === 'line' ? (
        <Direction zone={zone} set={set} act={act} />
      ) : (
        <SelectField
          label="What it is for"
          hint={kindHints[kind]}
          value={kind}
          onChange={(event) => {
            const next = areas.find((each) => each === event.target.value);
            if (next !== undefined) set({ kind: next });
          }}
        >
          {areas.map((each) => (
            <option key={each} value={each}>
              {kindNames[each]}
            </option>
          ))}
        </SelectField>
      )}
      {kind !== 'mask' && (
        <Choices
          legend={kind === 'ignore' ? 'Ignores' : 'Looks for'}
          options={objectKinds.map((value) => ({ value, label: objectWords[value], icon: value }))}
          chosen={zone.objectKinds}
          error={faults.objectKinds}
          onChange={(objectKindsNow) => set({ objectKinds: objectKindsNow })}
        />
      )}
      {alarms && (
        <Choices
          legend="Alarms"
          options={armedArmings.map((value) => ({
            ...{ value, label: armingWords[value] },
            icon: value === 'armed-home' ? ('home' as const) : ('away' as const),
          }))}
          chosen={zone.armings}
          error={faults.armings}
          onChange={(armings) => set({ armings })}
        />
      )}
      {(kind === 'watch' || kind === 'entry') && (
        <Slider
          label="Only who stays"
          value={zone.dwellSeconds}
          max={maxDwellSeconds}
          step={zone.dwellSeconds < 20 ? 1 : 5}
          words={zone.dwellSeconds === 0 ? 'At once' : `For ${zone.dwellSeconds} s`}
          onBegin={() => act(remember)}
          onChange={(dwellSeconds) => type({ dwellSeconds })}
        />
      )}
      {alarms && (
        <Slider
          label="Only what is near"
          value={Math.round(zone.minHeight * 100)}
          max={Math.round(maxMinHeight * 100)}
          step={1}
          words={
            zone.minHeight === 0
              ? 'Any height'
              : `Taller than ${Math.round(zone.minHeight * 100)}% of the picture`
          }
          onBegin={() => act(remember)}
          onChange={(percent) => type({ minHeight: percent / 100 })}
        />
      )}
      <Button icon="trash" size="small" onClick={() => act((draft) => removeZone(draft, id))}>
        Remove this {kind === 'line' ? 'line' : 'zone'}
      </Button>
    </div>
  );
}

function Direction({
  zone,
  set,
  act,
}: ZoneSettingsProps & { set: (change: Partial<Omit<Zone, 'id' | 'points'>>) => void }) {
  return (
    <div className="field">
      <span className="field-label">Alarms when crossed</span>
      <Segmented
        legend="Alarms when crossed"
        value={zone.direction === 'either' ? 'either' : 'one'}
        options={[
          { value: 'either', label: 'Both ways' },
          { value: 'one', label: 'One way' },
        ]}
        onChange={(next) => set({ direction: next === 'either' ? 'either' : 'left-to-right' })}
      />
      {zone.direction !== 'either' && (
        <Button icon="sorted" size="small" onClick={() => act((draft) => turnLine(draft, zone.id))}>
          Turn the arrow
        </Button>
      )}
      <p className="field-hint">{kindHints.line}</p>
    </div>
  );
}

interface ChoicesProps<T extends string> {
  readonly legend: string;
  readonly options: readonly {
    readonly value: T;
    readonly label: string;
    readonly icon: Parameters<typeof Icon>[0]['name'];
  }[];
  readonly chosen: readonly T[];
  readonly error: string | undefined;
  readonly onChange: (chosen: T[]) => void;
}

function Choices<T extends string>({ legend, options, chosen, error, onChange }: ChoicesProps<T>) {
  return (
    <fieldset className="zone-choices">
      <legend className="field-label">{legend}</legend>
      <div className="zone-chips">
        {options.map(({ value, label, icon }) => (
          <label key={value} className="zone-chip">
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              onChange={(event) =>
                onChange(
                  options
                    .map((option) => option.value)
                    .filter((each) => (each === value ? event.target.checked : chosen.includes(each))),
                )
              }
            />
            <Icon name={icon} size={16} />
            {label}
          </label>
        ))}
      </div>
      {error !== undefined && <p className="field-error">{error}</p>}
    </fieldset>
  );
}

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  readonly step: number;
  readonly words: string;
  readonly onBegin: () => void;
  readonly onChange: (value: number) => void;
}

function Slider({ label, value, max, step, words, onBegin, onChange }: SliderProps) {
  const id = useId();
  return (
    <div className="field zone-slider">
      <span className="zone-slider-head">
        <label className="field-label" htmlFor={id}>
          {label}
        </label>
        <output htmlFor={id} className="quiet small numbers">
          {words}
        </output>
      </span>
      <input
        id={id}
        type="range"
        min={0}
        {...{ value, max, step }}
        aria-valuetext={words}
        onPointerDown={onBegin}
        onKeyDown={(event) => !event.repeat && onBegin()}
        onChange={(event) => onChange(Number(event.target.value))}
      />
    </div>
  );
}
