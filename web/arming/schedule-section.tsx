// When a site is armed by itself: the week as a picture, and what differs from it.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schedule, Site, SiteSchedule } from '../../src/http/contract/sites.ts';
import { armingWords, nextEdgeSentence } from '../overview/arming.ts';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { useNow } from '../ui/use-now.ts';
import { count, momentInside } from '../ui/words.ts';
import { dateWords, hasHolidays } from './draft.ts';
import { scheduleQuery } from './queries.ts';
import { ScheduleEditor } from './schedule-editor.tsx';
import { daysWords } from './week.ts';
import { WeekView } from './week-view.tsx';

export function ScheduleSection({ site, mayArm }: { site: Site; mayArm: boolean }) {
  const { data, error } = useQuery(scheduleQuery(site.id));
  const [editing, setEditing] = useState(false);
  return (
    <TitledSection
      look="section"
      title="Schedule"
      lead={`Arms and disarms by itself, by the clocks of ${site.timeZone.replaceAll('_', ' ')}. What somebody sets by hand stays until the next time.`}
      action={
        mayArm &&
        data !== undefined && (
          <Button icon="clock" onClick={() => setEditing(true)}>
            {isEmpty(data.schedule) ? 'Set a schedule' : 'Change'}
          </Button>
        )
      }
    >
      <Problem error={error} />
      {data === undefined && error === null && <div className="skeleton section-skeleton" />}
      {data !== undefined && <Shown site={site} data={data} />}
      {editing && data !== undefined && (
        <ScheduleEditor site={site} before={data.schedule} onClose={() => setEditing(false)} />
      )}
    </TitledSection>
  );
}

function Shown({ site, data: { schedule, nextEdge } }: { site: Site; data: SiteSchedule }) {
  const now = useNow(30_000);
  if (isEmpty(schedule)) return <p className="quiet">Nothing is planned: this site is armed by hand.</p>;
  return (
    <>
      {nextEdge !== null && (
        <p>
          <strong>{nextEdgeSentence(nextEdge.arming, momentInside(nextEdge.at, site.timeZone, now))}</strong>
        </p>
      )}
      {schedule.weekly.length > 0 && <WeekView weekly={schedule.weekly} />}
      <ul className="schedule-lines small quiet">
        {schedule.weekly.map(({ days, at, arming }) => (
          <li key={`${days} ${at}`}>
            {at} {daysWords(days)}: {armingWords[arming].toLowerCase()}
          </li>
        ))}
        {schedule.exceptions.map(({ date, entries }) => (
          <li key={date}>
            {dateWords(date)}: {entriesWords(entries)}
          </li>
        ))}
        {hasHolidays(schedule) && (
          <li>
            {count(schedule.holidays.dates.length + schedule.holidays.yearly.length, 'holiday')}:{' '}
            {entriesWords(schedule.holidays.entries)}
          </li>
        )}
      </ul>
    </>
  );
}

function entriesWords(entries: Schedule['holidays']['entries']): string {
  if (entries.length === 0) return 'nothing happens';
  return entries.map(({ at, arming }) => `${at} ${armingWords[arming].toLowerCase()}`).join('; ');
}

function isEmpty(schedule: Schedule): boolean {
  return schedule.weekly.length === 0 && schedule.exceptions.length === 0 && !hasHolidays(schedule);
}
