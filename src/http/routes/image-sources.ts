// Image sources: who sends images over Kafka.

import { z } from 'zod';
import { branded, type ImageSourceId, type SiteId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import type { ImageSource as CoreImageSource } from '../../core/image/image-source.ts';
import {
  createImageSource,
  listImageSources,
  removeImageSource,
  renewImageSource,
} from '../../core/image/image-sources.ts';
import type { Caller } from '../../core/organization/access.ts';
import type { Member } from '../../core/organization/organization.ts';
import { callerFields, logSecurity, type SecurityEvent } from '../../core/organization/security-log.ts';
import { id } from '../contract/common.ts';
import {
  type ImageSource,
  ImageSourceInput,
  ImageSourceSecret,
  ImageSources,
} from '../contract/organization.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, type Exchange, memberRoute, type Route } from '../route.ts';

const tag = 'machines';
const params = z.object({ imageSourceId: id.transform((value) => branded<ImageSourceId>(value)) });

/** Making, listing, renewing and removing sources. */
export function imageSourceRoutes(deps: HttpDeps): readonly Route[] {
  return [listRoute(deps), createRoute(deps), renewRoute(deps), removeRoute(deps)];
}

function listRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-organization',
    {
      ...bare,
      method: 'get',
      path: paths.imageSources,
      summary: 'All sources that send images over Kafka. Their secrets are shown only when they are made.',
      tag,
      answer: { status: 200, description: 'The sources, oldest first, and the topic.', schema: ImageSources },
    },
    async ({ caller }) => {
      const sources = await listImageSources(deps, caller);
      const members = await deps.records.members.list(caller.organizationId);
      return {
        json: { topic: deps.intake.topic, sources: sources.map((source) => wireSource(source, members)) },
      };
    },
  );
}

function createRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-organization',
    {
      ...bare,
      body: ImageSourceInput,
      method: 'post',
      path: paths.imageSources,
      summary: 'Makes a source that sends images over Kafka. The secret that signs them is shown this once.',
      tag,
      asksProof: true,
      answer: { status: 201, description: 'The source and its secret.', schema: ImageSourceSecret },
      errors: ['conflict', 'not-found'],
    },
    async ({ caller, body: { name, siteIds }, exchange }) => {
      if (deps.intake.topic === null) {
        throw new VedetteError('conflict', 'Images come over Kafka only where the queue is Kafka.');
      }
      const sites = siteIds?.map((siteId) => branded<SiteId>(siteId)) ?? null;
      const source = await createImageSource(deps, caller, { name, siteIds: sites });
      log(deps, 'image-source-made', caller, exchange, source.id);
      return { json: await shownOnce(deps, caller, source) };
    },
  );
}

function renewRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-organization',
    {
      ...bare,
      params,
      method: 'post',
      path: paths.imageSourceSecret('{imageSourceId}'),
      summary: 'Gives a source another secret. Within five seconds the one before counts no more.',
      tag,
      asksProof: true,
      answer: { status: 200, description: 'The source and its new secret.', schema: ImageSourceSecret },
    },
    async ({ caller, params: { imageSourceId }, exchange }) => {
      const source = await renewImageSource(deps, caller, { imageSourceId });
      log(deps, 'image-source-renewed', caller, exchange, imageSourceId);
      return { json: await shownOnce(deps, caller, source) };
    },
  );
}

function removeRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-organization',
    {
      ...bare,
      params,
      method: 'delete',
      path: paths.imageSource('{imageSourceId}'),
      summary: 'Removes a source: within five seconds nothing that it sends is taken.',
      tag,
      asksProof: true,
      answer: { status: 204, description: 'Removed.' },
    },
    async ({ caller, params: { imageSourceId }, exchange }) => {
      await removeImageSource(deps, caller, { imageSourceId });
      log(deps, 'image-source-removed', caller, exchange, imageSourceId);
      return null;
    },
  );
}

function log(
  deps: HttpDeps,
  event: SecurityEvent,
  caller: Caller,
  { peerAddress }: Exchange,
  imageSourceId: ImageSourceId,
): void {
  logSecurity(deps.log, event, { peerAddress, ...callerFields(caller), imageSourceId });
}

async function shownOnce(
  { records }: HttpDeps,
  { organizationId }: Caller,
  source: CoreImageSource,
): Promise<z.input<typeof ImageSourceSecret>> {
  const members = await records.members.list(organizationId);
  return { source: wireSource(source, members), secret: source.secret.reveal() };
}

function wireSource(source: CoreImageSource, members: readonly Member[]): z.input<typeof ImageSource> {
  const { id, name, siteIds, createdAt, renewedAt, lastUsedAt } = source;
  const createdBy = members.find((member) => member.id === source.createdBy)?.name ?? 'Somebody who left';
  return {
    ...{ id, name, createdBy, createdAt, renewedAt, lastUsedAt },
    siteIds: siteIds === null ? null : [...siteIds],
  };
}
