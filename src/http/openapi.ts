// The description of the API (OpenAPI 3.1), made from the routes themselves.

import { OpenAPIHono } from '@hono/zod-openapi';
import type { z } from 'zod';
import { type ErrorCode, errorTable } from '../core/errors.ts';
import { Camera, TimeLine } from './contract/cameras.ts';
import { Channel } from './contract/channels.ts';
import { Problem } from './contract/common.ts';
import { Incident, IncidentDetail } from './contract/incidents.ts';
import { LiveUpdate } from './contract/live.ts';
import { Me, Welcome } from './contract/session.ts';
import { Site } from './contract/sites.ts';
import type { HttpSettings } from './dependencies.ts';
import type { Route } from './route.ts';
import { statusesOf } from './problem.ts';

const security = 'session';

/** Shapes that have a name in the description. */
const named = { Camera, TimeLine, Channel, Incident, IncidentDetail, LiveUpdate, Me, Welcome, Site } as const;

/** The OpenAPI document of `routes`, as JSON-ready data. */
export function openApiDocument(routes: readonly Route[], { version, publicUrl }: HttpSettings): object {
  const app = new OpenAPIHono();
  const registry = app.openAPIRegistry;
  registry.registerComponent('securitySchemes', security, {
    type: 'apiKey',
    in: 'cookie',
    name: `${publicUrl.startsWith('https:') ? '__Secure-' : ''}vedette.session_token`,
    description: 'Set by signing in.',
  });
  const problem = registry.register('Problem', Problem);
  for (const [name, schema] of Object.entries(named)) registry.register(name, schema);
  for (const route of routes) registry.registerPath(operation(route, problem));
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Vedette',
      version,
      description: 'A video security platform that its users own. Times are milliseconds since 1970, UTC.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
  });
}

type Registered = Parameters<OpenAPIHono['openAPIRegistry']['registerPath']>[0];

function operation(route: Route, problem: z.ZodType): Registered {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const isPublic = route.allow === 'public';
  return {
    method: route.method,
    path: route.path,
    operationId: operationId(route),
    summary: route.summary,
    ...(isPublic ? {} : { description: `Needs the permission "${route.allow}".` }),
    tags: [route.tag],
    security: isPublic ? [] : [{ [security]: [] }],
    parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    request: {
      ...(Object.keys(route.query.shape).length === 0 ? {} : { query: route.query }),
      ...(route.body === null
        ? {}
        : { body: { required: true, content: { 'application/json': { schema: route.body } } } }),
    },
    responses: { ...success(route), ...failures(route, problem) },
  };
}

function success({ answer }: Route): Registered['responses'] {
  const { status, description, schema, mediaType } = answer;
  if (schema !== undefined) return { [status]: { description, content: { 'application/json': { schema } } } };
  if (mediaType === undefined) return { [status]: { description } };
  const binary = { type: 'string' as const, ...(mediaType.startsWith('text/') ? {} : { format: 'binary' }) };
  return { [status]: { description, content: { [mediaType]: { schema: binary } } } };
}

function failures(route: Route, problem: z.ZodType): Registered['responses'] {
  const responses: Registered['responses'] = {};
  for (const [status, codes] of statusesOf([...new Set(codesOf(route))])) {
    const description = codes.map((code) => `\`${code}\`: ${errorTable[code].title}`).join('\n\n');
    responses[status] = { description, content: { 'application/problem+json': { schema: problem } } };
  }
  return responses;
}

function codesOf(route: Route): ErrorCode[] {
  return [
    ...(route.body === null ? [] : (['request-invalid', 'body-too-large'] as const)),
    ...(Object.keys(route.query.shape).length === 0 ? [] : (['request-invalid'] as const)),
    ...(route.allow === 'public' ? [] : (['not-signed-in', 'not-allowed'] as const)),
    'origin-refused',
    ...(route.path.includes('{') ? (['not-found'] as const) : []),
    ...route.errors,
    'internal-error',
  ];
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
