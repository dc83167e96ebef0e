import { refuse, type Answer } from './openai-error.js';
import type { RouteRequest } from './routes.js';
import { maskSecret } from './simulated-key.js';

const createdSeconds = 1_711_471_533;

/** The organization's only admin key is the one that asks. */
export function listAdminApiKeys({ secret, query, nowSeconds }: RouteRequest): Answer {
  const limit = Number(query.get('limit') ?? '20');
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    return refuse(400, { message: "Invalid 'limit': expected an integer between 1 and 100.", param: 'limit' });
  }
  const owner = {
    type: 'user',
    object: 'organization.user',
    id: 'user-sim',
    name: 'Simulated Owner',
    created_at: createdSeconds,
    role: 'owner',
  };
  const key = {
    object: 'organization.admin_api_key',
    id: 'key_sim',
    name: 'Simulated admin key',
    redacted_value: maskSecret(secret),
    created_at: createdSeconds,
    expires_at: null,
    last_used_at: nowSeconds,
    owner,
  };
  return {
    status: 200,
    body: { object: 'list', data: [key], first_id: key.id, last_id: key.id, has_more: false },
  };
}
