// A segmented control: a radio group that looks like a switch with several places.

import { type ReactNode, useId } from 'react';

interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  /** What is shown; the label when absent. */
  readonly face?: ReactNode;
}

interface SegmentedProps<T extends string> {
  readonly legend: string;
  readonly options: readonly Option<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly small?: boolean;
  readonly disabled?: boolean;
  readonly className?: string;
}

export function Segmented<T extends string>(props: SegmentedProps<T>) {
  const name = useId();
  const { legend, options, value, onChange, small, disabled, className } = props;
  return (
    <fieldset
      className={`segmented${small === true ? ' segmented-small' : ''} ${className ?? ''}`}
      disabled={disabled === true}
    >
      <legend className="hidden-visually">{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className="segment" data-value={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            aria-label={option.label}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.face ?? option.label}
        </label>
      ))}
    </fieldset>
  );
}
