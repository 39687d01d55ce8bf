// The organization, its providers and access keys, and the intentions on them.

import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { Automation } from '../../src/http/contract/automation.ts';
import {
  AccessKey,
  AccessKeyCreated,
  type AccessKeyInput,
  type ImageSourceInput,
  ImageSourceSecret,
  ImageSources,
  Organization,
  type OrganizationChange,
  Provider,
  type ProviderInput,
} from '../../src/http/contract/organization.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { request, send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';

export const organizationQuery = queryOptions({
  queryKey: keys.organization,
  queryFn: ({ signal }) => request(Organization, paths.organization, { signal }),
});

export const providersQuery = queryOptions({
  queryKey: keys.providers,
  queryFn: ({ signal }) => request(z.array(Provider), paths.providers, { signal }),
});

export const accessKeysQuery = queryOptions({
  queryKey: keys.accessKeys,
  queryFn: ({ signal }) => request(z.array(AccessKey), paths.accessKeys, { signal }),
});

export const imageSourcesQuery = queryOptions({
  queryKey: keys.imageSources,
  queryFn: ({ signal }) => request(ImageSources, paths.imageSources, { signal }),
});

/** A broker comes and goes: it is looked at again while the page is open. */
export const automationQuery = queryOptions({
  queryKey: keys.automation,
  queryFn: ({ signal }) => request(Automation, paths.automation, { signal }),
  refetchInterval: 5_000,
});

export function changeOrganization(change: OrganizationChange): Promise<void> {
  return send(paths.organization, { method: 'PATCH', body: change });
}

export function addProvider(input: ProviderInput): Promise<Provider> {
  return request(Provider, paths.providers, { method: 'POST', body: input });
}

export function removeProvider(providerId: string): Promise<void> {
  return send(paths.provider(providerId), { method: 'DELETE' });
}

export function createAccessKey(input: AccessKeyInput): Promise<AccessKeyCreated> {
  return request(AccessKeyCreated, paths.accessKeys, { method: 'POST', body: input });
}

export function revokeAccessKey(accessKeyId: string): Promise<void> {
  return send(paths.accessKey(accessKeyId), { method: 'DELETE' });
}

export function createImageSource(input: ImageSourceInput): Promise<ImageSourceSecret> {
  return request(ImageSourceSecret, paths.imageSources, { method: 'POST', body: input });
}

export function renewImageSource(imageSourceId: string): Promise<ImageSourceSecret> {
  return request(ImageSourceSecret, paths.imageSourceSecret(imageSourceId), { method: 'POST' });
}

export function removeImageSource(imageSourceId: string): Promise<void> {
  return send(paths.imageSource(imageSourceId), { method: 'DELETE' });
}

/** Everything that was read before is of another organization afterwards. */
export function chooseOrganization(organizationId: string): Promise<void> {
  return send(paths.sessionOrganization, { method: 'PUT', body: { organizationId } });
}
