import { z } from 'zod';
import { problems } from '#core/problem.js';
import type { Route } from './define-route.js';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: JsonSchema;
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  /** The least role that may call it, or `public`. */
  'x-access': string;
  security: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: JsonSchema }> } | Reference>;
}

interface Reference {
  $ref: string;
}

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, unknown>;
}

/** The description of the API in OpenAPI 3.1, made from the same table that the requests go through. */
export function openApiDocument(routes: readonly Route[], { version }: { version: string }): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: toOperation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Keyledger',
      version,
      description:
        'A vault for OpenAI keys that also keeps their books. Money is decimal USD in strings, instants are ISO 8601 ' +
        'in UTC, errors are problem documents (RFC 9457).',
    },
    servers: [{ url: '/api/v1' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
      schemas: { Problem: toJsonSchema(problemJson, 'output') },
      responses: {
        Problem: {
          description: 'What went wrong, and what to do about it',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
}

const problemJson = z.object({
  type: z.string().describe('Address of the explanation, `/docs/errors#code`.'),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(problems)),
  detail: z.string().optional(),
  fields: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      'Faults by input field, by its path; `input` is the body as a whole, or a name that is not known and not repeated.',
    ),
  instance: z.string(),
  requestId: z.string(),
  error: z
    .object({ message: z.string(), type: z.string(), param: z.string().nullable(), code: z.string() })
    .optional()
    .describe('The same as OpenAI says it, on addresses that its clients read.'),
});

function toOperation(route: Route): Operation {
  const isPublic = route.access === 'public';
  const body = toJsonSchema(route.body, 'input');
  const takesBody = Object.keys(body).length > 0;
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    'x-access': route.access,
    security: isPublic ? [] : [{ apiKey: [] }, { bearer: [] }],
    parameters: [
      ...toParameters(route.params, 'path'),
      ...toParameters(route.query, 'query'),
      ...(isPublic ? [] : [tenantHeader]),
    ],
    ...(takesBody && {
      requestBody: { required: (body.required ?? []).length > 0, content: { 'application/json': { schema: body } } },
    }),
    responses: { [String(route.status ?? 200)]: success(route), default: { $ref: '#/components/responses/Problem' } },
  };
}

const tenantHeader: Parameter = {
  name: 'X-Tenant',
  in: 'header',
  required: false,
  description: 'Slug of the tenant to act in; for platform administrators. Default: the token’s own.',
  schema: { type: 'string' },
};

function operationId({ method, path }: Route): string {
  const words = path.split('/').filter(Boolean);
  return (
    method +
    words
      .map((word) => word.replace(':', 'by-'))
      .map(capitalize)
      .join('')
  );
}

function capitalize(word: string): string {
  return word
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}

function success(route: Route) {
  if (route.status === 204) return { description: 'Done' };
  const isFile = route.response instanceof z.ZodNever;
  const json = isFile ? {} : { 'application/json': { schema: toJsonSchema(route.response, 'output') } };
  const others = (route.alternatives ?? []).map((type) => [type, { schema: { type: 'string' as const } }] as const);
  return { description: 'Done', content: { ...json, ...Object.fromEntries(others) } };
}

function toParameters(schema: z.ZodObject, where: 'path' | 'query'): Parameter[] {
  const { properties = {}, required = [] } = toJsonSchema(schema, 'input');
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = typeof property === 'object' ? property : {};
    return {
      name,
      in: where,
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
}

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  // OpenAPI 3.1 names the dialect once; a copy in every schema says nothing.
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
