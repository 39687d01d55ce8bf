// The filters of the list of incidents, one control each: in a row with short names, or labelled in a sheet.

import { useSuspenseQuery } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { camerasQuery, sitesQuery } from '../overview/queries.ts';
import type { ListToolsProps } from './list-tools.tsx';
import { kindFilterWords, resolutionWords, severityWords } from './list-words.ts';
import { kindFilters, resolutionFilters, severityFilters } from './search.ts';

type Choice = readonly [value: string, label: string];

export function FilterFields({ search, onSearch, labelled }: ListToolsProps & { labelled?: boolean }) {
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const { data: cameras } = useSuspenseQuery(camerasQuery);
  const there = cameras.filter(({ siteId }) => search.siteId === undefined || siteId === search.siteId);
  const isLabelled = labelled === true;
  return (
    <>
      <Choose
        {...{ isLabelled }}
        label="Severity"
        every="Any severity"
        value={search.severity}
        choices={severityFilters.map((one) => [one, severityWords[one]])}
        onChoose={(value) => onSearch({ ...search, severity: severityFilters.find((one) => one === value) })}
      />
      <Choose
        {...{ isLabelled }}
        label="Kind"
        every="Any kind"
        value={search.kind}
        choices={kindFilters.map((one) => [one, kindFilterWords[one]])}
        onChoose={(value) => onSearch({ ...search, kind: kindFilters.find((one) => one === value) })}
      />
      <Choose
        {...{ isLabelled }}
        label="Outcome"
        every="Any outcome"
        value={search.resolution}
        choices={resolutionFilters.map((one) => [one, resolutionWords[one]])}
        onChoose={(value) => {
          const resolution = resolutionFilters.find((one) => one === value);
          // An outcome is what a resolved one has: others would be an empty list.
          onSearch({
            ...search,
            resolution,
            ...(resolution === undefined ? {} : { show: 'all', order: undefined }),
          });
        }}
      />
      <Choose
        {...{ isLabelled }}
        label="Site"
        every="All sites"
        value={search.siteId}
        choices={sites.map(({ id, name }) => [id, name])}
        onChoose={(siteId) => onSearch({ ...search, siteId, cameraId: undefined })}
      />
      <Choose
        {...{ isLabelled }}
        label="Camera"
        every="All cameras"
        value={search.cameraId}
        choices={there.map(({ id, name }) => [id, name])}
        onChoose={(cameraId) => onSearch({ ...search, cameraId })}
      />
      <Day
        label="From"
        value={search.from}
        latest={search.to}
        onDay={(from) => onSearch({ ...search, from })}
      />
      <Day label="To" value={search.to} earliest={search.from} onDay={(to) => onSearch({ ...search, to })} />
      <label className="tick list-mine">
        <input
          type="checkbox"
          checked={search.mine === true}
          onChange={({ target: { checked } }) => onSearch({ ...search, mine: checked ? true : undefined })}
        />
        <span>Assigned to me</span>
      </label>
    </>
  );
}

interface ChooseProps {
  readonly label: string;
  readonly every: string;
  readonly value: string | undefined;
  readonly choices: readonly Choice[];
  readonly isLabelled: boolean;
  readonly onChoose: (value: string | undefined) => void;
}

function Choose({ label, every, value, choices, isLabelled, onChoose }: ChooseProps) {
  return (
    <Labelled label={label} isLabelled={isLabelled}>
      {(id) => (
        <select
          id={id}
          className="input list-select"
          data-chosen={value !== undefined}
          value={value ?? ''}
          onChange={({ target }) => onChoose(target.value === '' ? undefined : target.value)}
        >
          <option value="">{every}</option>
          {choices.map(([one, words]) => (
            <option key={one} value={one}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

interface DayProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly earliest?: string | undefined;
  readonly latest?: string | undefined;
  readonly onDay: (day: string | undefined) => void;
}

function Day({ label, value, earliest, latest, onDay }: DayProps) {
  return (
    <Labelled label={label} isLabelled>
      {(id) => (
        <input
          id={id}
          type="date"
          className="input list-day"
          data-chosen={value !== undefined}
          value={value ?? ''}
          {...(earliest === undefined ? {} : { min: earliest })}
          {...(latest === undefined ? {} : { max: latest })}
          onChange={({ target }) => onDay(target.value === '' ? undefined : target.value)}
        />
      )}
    </Labelled>
  );
}

interface LabelledProps {
  readonly label: string;
  readonly isLabelled: boolean;
  readonly children: (id: string) => ReactNode;
}

function Labelled({ label, isLabelled, children }: LabelledProps) {
  const id = useId();
  return (
    <div className="list-field">
      <label htmlFor={id} className={isLabelled ? 'field-label' : 'hidden-visually'}>
        {label}
      </label>
      {children(id)}
    </div>
  );
}
