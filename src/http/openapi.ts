// The description of the API (OpenAPI 3.1, whose schemas are JSON Schema 2020-12), made from the routes themselves.

import { z } from 'zod';
import { type ErrorCode, toldOf } from '../core/errors.ts';
import { whoMay } from './access-table.ts';
import { Camera, TimeLine } from './contract/cameras.ts';
import { Channel, ChannelCreated } from './contract/channels.ts';
import { Problem } from './contract/common.ts';
import { Incident, IncidentDetail } from './contract/incidents.ts';
import { LiveUpdate } from './contract/live.ts';
import { AccessKey, ImageSource, Organization, Provider } from './contract/organization.ts';
import { Invitation, Person } from './contract/people.ts';
import { Me, Welcome } from './contract/session.ts';
import { Site } from './contract/sites.ts';
import type { HttpSettings } from './dependencies.ts';
import { statusesOf } from './problem.ts';
import type { Route } from './route.ts';

type Json = { readonly [key: string]: unknown };

const security = { session: 'session', accessKey: 'accessKey' } as const;

/** Shapes that have a name of their own in the description; others are named after their first operation. */
const named = {
  ...{ Problem, Welcome, Me, Site, Camera, TimeLine, Channel, ChannelCreated },
  ...{ Incident, IncidentDetail, LiveUpdate },
  ...{ Person, Invitation, Organization, Provider, AccessKey, ImageSource },
};

/** The OpenAPI document of `routes`. */
export function openApiDocument(routes: readonly Route[], { version, publicUrl }: HttpSettings): Json {
  const operations: Record<string, Record<string, Json>> = {};
  const names = answerNames(routes);
  for (const route of routes) {
    const item = operations[route.path] ?? {};
    operations[route.path] = { ...item, [route.method]: operation(route, names) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Vedette',
      version,
      description: 'A video security platform that its users own. Times are milliseconds since 1970, UTC.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: operations,
    components: {
      schemas: schemasOf(routes, names),
      securitySchemes: {
        [security.session]: {
          type: 'apiKey',
          in: 'cookie',
          name: `${publicUrl.startsWith('https:') ? '__Host-' : ''}vedette.session_token`,
          description: 'Set by signing in.',
        },
        [security.accessKey]: {
          type: 'http',
          scheme: 'bearer',
          description: 'An access key of an organization, for machines.',
        },
      },
    },
  };
}

function operation(route: Route, names: AnswerNames): Json {
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...descriptionOf(route),
    tags: [route.tag],
    security: securityOf(route),
    // Who may, for docs/reference/access.md, which is held against every answer.
    'x-access': whoMay(route),
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...rawBody(route),
    ...(route.body === null
      ? {}
      : { requestBody: { required: true, content: jsonContent(`${operationId(route)}Body`) } }),
    responses: { ...success(route, names), ...failures(route) },
  };
}

/** A body that is not JSON. */
function rawBody({ bodyTypes }: Route): Json {
  if (bodyTypes.length === 0) return {};
  const content = Object.fromEntries(bodyTypes.map((type) => [type, {}]));
  return { requestBody: { required: true, content } };
}

function descriptionOf({ allow, asksProof }: Route): Json {
  const sentences = [
    ...(allow === 'public'
      ? []
      : allow === 'self'
        ? ['About oneself.']
        : [`Needs the permission "${allow}".`]),
    ...(asksProof ? ['Asks people to have proved lately who they are.'] : []),
  ];
  return sentences.length === 0 ? {} : { description: sentences.join(' ') };
}

function securityOf(route: Route): readonly Json[] {
  if (route.allow === 'public') return [];
  const session = { [security.session]: [] };
  return whoMay(route).accessKey ? [session, { [security.accessKey]: [] }] : [session];
}

function pathParameters({ path }: Route): Json[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function queryParameters({ query }: Route): Json[] {
  return Object.entries(query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !z.safeParse(schema, undefined).success,
    schema: bare(z.toJSONSchema(schema, { unrepresentable: 'any' })),
  }));
}

function success({ answer }: Route, names: AnswerNames): Json {
  const { status, description, schema, mediaType } = answer;
  const name = schema === undefined ? undefined : names.get(schema);
  if (name !== undefined) return { [status]: { description, content: jsonContent(name) } };
  if (mediaType === undefined) return { [status]: { description } };
  return { [status]: { description, content: { [mediaType]: {} } } };
}

function failures(route: Route): Json {
  const responses: Record<string, Json> = {};
  for (const [status, codes] of statusesOf([...new Set(codesOf(route))])) {
    const description = codes.map((code) => `\`${code}\`: ${toldOf(code)}`).join('\n\n');
    responses[status] = {
      description,
      content: { 'application/problem+json': { schema: reference('Problem') } },
    };
  }
  return responses;
}

function codesOf(route: Route): ErrorCode[] {
  return [
    ...(route.body === null ? [] : (['request-invalid', 'body-too-large'] as const)),
    // A key that it does not know is refused by every route that does not take any.
    ...(route.query.def.catchall === undefined ? (['request-invalid'] as const) : []),
    ...(route.allow === 'public' ? [] : (['not-signed-in', 'not-allowed'] as const)),
    ...(route.allow === 'public' || route.allow === 'self' ? [] : (['second-factor-required'] as const)),
    ...(route.asksProof ? (['proof-required'] as const) : []),
    'origin-refused',
    ...(route.path.includes('{') ? (['not-found'] as const) : []),
    ...route.errors,
    'internal-error',
  ];
}

type AnswerNames = ReadonlyMap<z.ZodType, string>;

function answerNames(routes: readonly Route[]): AnswerNames {
  const names = new Map<z.ZodType, string>(Object.entries(named).map(([name, schema]) => [schema, name]));
  for (const route of routes) {
    const { schema } = route.answer;
    if (schema !== undefined && !names.has(schema)) names.set(schema, `${operationId(route)}Answer`);
  }
  return names;
}

function schemasOf(routes: readonly Route[], names: AnswerNames): Json {
  const given = z.registry<{ id: string }>();
  const sent = z.registry<{ id: string }>();
  for (const route of routes) {
    if (route.body !== null) given.add(route.body, { id: `${operationId(route)}Body` });
  }
  for (const [schema, id] of names) sent.add(schema, { id });
  return { ...jsonSchemas(given, 'input'), ...jsonSchemas(sent, 'output') };
}

/** What comes in may leave defaults out; what goes out has them all. */
function jsonSchemas(registry: z.core.$ZodRegistry<{ id: string }>, io: 'input' | 'output'): Json {
  const { schemas } = z.toJSONSchema(registry, { io, uri: address });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, bare(schema)]));
}

/** Without what says that it is a document of its own. */
function bare({ $schema: _, $id: __, ...schema }: z.core.JSONSchema.BaseSchema): Json {
  return schema;
}

function jsonContent(name: string): Json {
  return { 'application/json': { schema: reference(name) } };
}

function reference(name: string): Json {
  return { $ref: address(name) };
}

function address(name: string): string {
  return `#/components/schemas/${name}`;
}

/** "get /api/v1/cameras/{cameraId}/timeline" → "getCamerasByCameraIdTimeline". */
function operationId({ method, path }: Route): string {
  const words = path
    .replace(/^\/api(\/v1)?/, '')
    .replace(/\{(\w+)\}/g, (_, name: string) => `by-${name}`)
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  return method + words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
}
