// Home automation over MQTT, for who sets it up.

import { organizationTopic } from '../../core/automation/topics.ts';
import { Automation } from '../contract/automation.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { freshTopics } from '../topics.ts';
import { bare, memberRoute, type Route } from '../route.ts';

/** Whether home automation is reached, and where it finds the organization. */
export function automationRoutes(
  { mqtt }: HttpDeps,
  { topics = freshTopics }: HttpSettings,
): readonly Route[] {
  return [
    memberRoute(
      'manage-channels',
      {
        ...bare,
        method: 'get',
        path: paths.automation,
        summary: 'Whether the MQTT broker is connected, and where home automation finds the organization.',
        tag: 'automation',
        answer: { status: 200, description: 'The broker.', schema: Automation },
      },
      async ({ caller: { organizationId } }) => {
        if (mqtt === null) return { json: { broker: null } };
        const { connected, problem } = mqtt;
        const { prefix, discoveryPrefix, snapshots } = topics;
        const topic = organizationTopic(prefix, organizationId);
        return { json: { broker: { connected, problem, topic, discoveryPrefix, snapshots } } };
      },
    ),
  ];
}
