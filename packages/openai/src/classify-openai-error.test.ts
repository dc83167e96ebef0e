import { describe, expect, it } from 'vitest';
import { classifyOpenAiError } from './classify-openai-error.js';
import type { ProbeOutcome } from './probe-outcome.js';

type Case = [outcome: ProbeOutcome, status: number, code: string | null, type: string | null, message: string | null];

const cases: Case[] = [
  ['invalid-key', 401, 'invalid_api_key', 'invalid_request_error', 'Incorrect API key provided: sk-proj-****abcd.'],
  ['invalid-key', 401, null, 'invalid_request_error', 'Incorrect API key provided: sk-proj-****abcd.'],
  ['account-deactivated', 401, 'account_deactivated', 'invalid_request_error', 'The OpenAI account …'],
  ['account-deactivated', 403, null, null, 'The OpenAI account associated with this API key has been deactivated.'],
  ['membership-lost', 401, null, 'invalid_request_error', 'You must be a member of an organization to use the API.'],
  ['blocked-here', 401, null, 'invalid_request_error', 'IP not authorized.'],
  ['blocked-here', 401, 'ip_not_authorized', 'invalid_request_error', 'Your IP address is not authorized.'],
  ['blocked-here', 403, 'unsupported_country_region_territory', 'request_forbidden', null],
  ['missing-scope', 401, 'missing_scope', 'invalid_request_error', null],
  [
    'missing-scope',
    401,
    null,
    null,
    'You have insufficient permissions for this operation. Missing scopes: model.request.',
  ],
  ['missing-scope', 403, null, null, 'You have insufficient permissions for this operation.'],
  ['missing-scope', 401, 'invalid_api_key', null, 'You have insufficient permissions. Missing scopes: model.read'],
  ['missing-scope', 403, null, 'server_error', 'Your request must be made with a session key (…).'],
  ['model-unavailable', 404, 'model_not_found', 'invalid_request_error', null],
  ['model-unavailable', 403, 'model_not_found', null, 'Project `proj` does not have access to model `gpt-x`'],
  ['model-unavailable', 404, null, null, 'The model `gpt-x` does not exist or you do not have access to it.'],
  [
    'model-unavailable',
    404,
    null,
    null,
    'This is not a chat model and thus not supported in the v1/chat/completions endpoint.',
  ],
  ['rate-limited', 429, 'rate_limit_exceeded', 'requests', 'Rate limit reached for gpt-x on requests per min'],
  ['rate-limited', 429, 'rate_limit_exceeded', 'tokens', null],
  ['rate-limited', 429, 'slow_down', 'rate_limit_error', null],
  ['rate-limited', 429, null, null, null],
  ['quota-exhausted', 429, 'insufficient_quota', 'insufficient_quota', 'You exceeded your current quota, …'],
  ['quota-exhausted', 429, null, 'insufficient_quota', null],
  ['quota-exhausted', 429, 'credit_balance_exhausted', 'insufficient_quota', null],
  ['quota-exhausted', 429, 'billing_not_active', 'billing_not_active', 'Your account is not active'],
  ['quota-exhausted', 402, null, null, null],
  ['limit-reached', 429, 'organization_spend_limit_exceeded', 'insufficient_quota', null],
  ['limit-reached', 429, 'project_spend_limit_exceeded', 'insufficient_quota', null],
  ['limit-reached', 429, 'organization_usage_limit_exceeded', 'insufficient_quota', null],
  ['limit-reached', 429, null, 'insufficient_quota', 'Your organization reached its monthly usage limit.'],
  ['limit-reached', 400, 'billing_hard_limit_reached', null, 'Billing hard limit has been reached'],
  ['request-refused', 400, null, 'invalid_request_error', 'Invalid service_tier argument'],
  [
    'request-refused',
    400,
    'model_not_found',
    'invalid_request_error',
    'does not exist or you do not have access to it',
  ],
  ['request-refused', 401, null, null, 'Unauthorized'],
  ['request-refused', 403, null, null, null],
  ['request-refused', 404, null, null, 'Invalid URL (POST /v2/chat/completions)'],
  ['request-refused', 422, null, null, null],
  ['provider-error', 301, null, null, null],
  ['provider-error', 409, null, null, null],
  ['provider-error', 500, null, 'server_error', 'The server had an error'],
  ['provider-error', 503, 'server_is_overloaded', 'service_unavailable_error', null],
  ['provider-error', 503, 'slow_down', null, null],
];

const dead: readonly ProbeOutcome[] = ['invalid-key', 'account-deactivated', 'membership-lost'];

describe('classifyOpenAiError', () => {
  it.each(cases)('%s: HTTP %s, code %s, type %s, %s', (outcome, status, code, type, message) => {
    expect(classifyOpenAiError({ status, code, type, message })).toBe(outcome);
  });

  it('calls no key dead unless a code or message says so, whatever the status', () => {
    const bare = Array.from({ length: 300 }, (_each, index) => ({
      status: 300 + index,
      code: null,
      type: null,
      message: null,
    }));
    expect(bare.filter((facts) => dead.includes(classifyOpenAiError(facts)))).toEqual([]);
  });
});
