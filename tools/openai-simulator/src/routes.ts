import { listAdminApiKeys } from './admin-api-keys.js';
import { createChatCompletion } from './chat-completions.js';
import { createEmbedding } from './embeddings.js';
import { getModel, listModels } from './models.js';
import { createModeration } from './moderations.js';
import type { Answer } from './openai-error.js';

export interface RouteRequest {
  secret: string;
  query: URLSearchParams;
  /** The last path segment of a route that ends in `/{id}`, percent-decoded; else empty. */
  id: string;
  /** Parsed JSON of a POST; undefined for a GET. */
  body: unknown;
  nowSeconds: number;
}

/** A list of strings is a stream of server-sent events, one `data:` line each. */
export type RouteAnswer = Answer | { events: readonly string[] };

export interface Route {
  method: 'GET' | 'POST';
  /** Path below the base URL; a trailing `/{id}` matches one segment. */
  path: string;
  /** Which kind of key may call it. */
  access: 'project' | 'admin';
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
];

const byPath = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));

/** The route for a method and a path below the base URL, and the id when its path ends in one. */
export function findRoute(method: string, path: string): { route: Route; id: string } | null {
  const exact = byPath.get(`${method} ${path}`);
  if (exact) return { route: exact, id: '' };
  const slash = path.lastIndexOf('/');
  const route = byPath.get(`${method} ${path.slice(0, slash)}/{id}`);
  return route ? { route, id: decodeURIComponent(path.slice(slash + 1)) } : null;
}
