import { listAdminApiKeys } from './admin-api-keys.js';
import { createChatCompletion } from './chat-completions.js';
import { createEmbedding } from './embeddings.js';
import { getModel, listModels } from './models.js';
import { createModeration } from './moderations.js';
import type { Answer } from './openai-error.js';
import { organizationRoutes } from './organization/organization-routes.js';
import type { OrganizationView } from './organization/organization-view.js';

export interface RouteRequest {
  secret: string;
  query: URLSearchParams;
  /** The path segment that stands for `{id}`, percent-decoded; empty in a path without one. */
  id: string;
  /** Parsed JSON of a POST; undefined for a GET. */
  body: unknown;
  nowSeconds: number;
  /** The organization that the key belongs to. */
  view: OrganizationView;
}

/** A list of strings is a stream of server-sent events, one `data:` line each. */
export type RouteAnswer = Answer | { events: readonly string[] };

export interface Route {
  method: 'GET' | 'POST';
  /** Path below the base URL; a segment `{id}` matches any one. */
  path: string;
  /** Which kind of key may call it. */
  access: 'project' | 'admin';
  /** What a key of the other kind is told it lacks; `model.request` or `api.management.read` unless said otherwise. */
  scope?: string;
  /** Runs a model, so credit and limits are looked at. */
  isInference: boolean;
  handle: (request: RouteRequest) => RouteAnswer;
}

function get(path: string, access: Route['access'], handle: Route['handle']): Route {
  return { method: 'GET', path, access, isInference: false, handle };
}

function infer(path: string, handle: Route['handle']): Route {
  return { method: 'POST', path, access: 'project', isInference: true, handle };
}

const routes: readonly Route[] = [
  get('/models', 'project', listModels),
  get('/models/{id}', 'project', getModel),
  infer('/chat/completions', createChatCompletion),
  infer('/embeddings', createEmbedding),
  infer('/moderations', createModeration),
  get('/organization/admin_api_keys', 'admin', listAdminApiKeys),
  ...organizationRoutes,
];

const byPath = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));

/** The route for a method and a path below the base URL, and the segment that is its id. */
export function findRoute(method: string, path: string): { route: Route; id: string } | null {
  const exact = byPath.get(`${method} ${path}`);
  if (exact) return { route: exact, id: '' };
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    const route = byPath.get(`${method} ${segments.with(index, '{id}').join('/')}`);
    if (route) return { route, id: decodeURIComponent(segment) };
  }
  return null;
}
