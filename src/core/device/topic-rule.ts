// Which topics of the broker devices of an organization may use.

import { organizationTopic, type TopicsSettings } from '../automation/topics.ts';
import type { OrganizationId } from '../brand.ts';

/** Why an organization may not use a topic, in a sentence; null where it may. */
export type TopicRule = (organizationId: OrganizationId, topic: string) => string | null;

/**
 * Devices use the topics that they were made with, but none of ours: what lies below the prefix, or below that of Home
 * Assistant's discovery, arms sites and speaks for others. Where anybody may make an organization, the broker is shared by
 * strangers, and each keeps to `<prefix>/<organization>/devices/…`.
 */
export function topicRule(
  { prefix, discoveryPrefix }: TopicsSettings,
  { shared }: { shared: boolean },
): TopicRule {
  const isBelow = (topic: string, place: string) => topic === place || topic.startsWith(`${place}/`);
  return (organizationId, topic) => {
    const own = `${organizationTopic(prefix, organizationId)}/devices`;
    if (topic.startsWith(`${own}/`)) return null;
    if (shared) return `Use a topic below ${own}/.`;
    const isOurs = isBelow(topic, prefix) || (discoveryPrefix !== null && isBelow(topic, discoveryPrefix));
    if (isOurs || topic.startsWith('$'))
      return `This topic is not for devices. Use another, or one below ${own}/.`;
    return null;
  };
}
