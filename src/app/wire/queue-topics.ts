// The topics of the queue, of all roles.

import { digestsTopic } from '../../core/alert/digest-timer.ts';
import { alertsTopic, alertTimersTopic } from '../../core/alert/tell.ts';
import { commandsTopic } from '../../core/device/alarm.ts';
import { authorityLettersTopic } from '../../core/evidence/authority-letter.ts';
import { lookTopic } from '../../core/image/image-rows.ts';
import { entriesTopic } from '../../core/incident/entry.ts';
import { escalationsTopic } from '../../core/incident/escalate.ts';
import { armingsTopic } from '../../core/site/arming.ts';
import { schedulesTopic } from '../../core/site/plan-schedule.ts';

export const queueTopics: readonly string[] = [
  ...[alertsTopic, alertTimersTopic, digestsTopic, escalationsTopic, entriesTopic],
  ...[lookTopic, commandsTopic, armingsTopic, schedulesTopic, authorityLettersTopic],
];
