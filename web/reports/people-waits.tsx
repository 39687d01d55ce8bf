// How fast each person was: the median as a bar, and how far nine of ten went.

import type { IncidentReport } from '../../src/http/contract/reports.ts';
import { count } from '../ui/words.ts';
import { waitWords } from './tables.tsx';

type Person = IncidentReport['response']['people'][number];

export function PeopleWaits({ people }: { people: readonly Person[] }) {
  const slowest = Math.max(1, ...people.map(({ p90Ms }) => p90Ms ?? 0));
  const part = (ms: number | null) => `${((ms ?? 0) / slowest) * 100}%`;
  const fastestFirst = people.toSorted((a, b) => (a.medianMs ?? 0) - (b.medianMs ?? 0));
  return (
    <table className="people-waits numbers">
      <caption className="hidden-visually">Time to react by person, the fastest first</caption>
      <thead className="hidden-visually">
        <tr>
          <th scope="col">Person</th>
          <th scope="col">Median</th>
          <th scope="col">90 % within</th>
        </tr>
      </thead>
      <tbody>
        {fastestFirst.map((person) => (
          <tr key={person.id}>
            <th scope="row">
              <span className="ellipsis" title={person.name}>
                {person.name}
              </span>
              <span className="quiet small">{count(person.count, 'incident')}</span>
            </th>
            <td>
              <strong>{waitWords(person.medianMs)}</strong>
              <span className="wait-track" aria-hidden="true">
                <span className="wait-p90" style={{ '--part': part(person.p90Ms) }} />
                <span className="wait-median" style={{ '--part': part(person.medianMs) }} />
              </span>
            </td>
            <td className="quiet small">90 % within {waitWords(person.p90Ms)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
