import { refuse, type Answer } from './openai-error.js';

/**
 * When OpenAI notices: `authentication` answers every endpoint so; `inference` only those that run a model, which
 * is why a key without credit still lists models.
 */
export interface Refusal {
  at: 'authentication' | 'inference';
  answer: Answer;
}

const scopes = 'You have insufficient permissions for this operation. Missing scopes: model.request.';
const roles =
  "Check that you have the correct role in your organization (Reader, Writer, Owner) and project (Member, Owner), and if you're using a restricted API key, that it has the necessary scopes.";

function authentication(answer: Answer): Refusal {
  return { at: 'authentication', answer };
}

function inference(answer: Answer): Refusal {
  return { at: 'inference', answer };
}

function outOfMoney(code: string, message: string): Refusal {
  return inference(refuse(429, { message, type: 'insufficient_quota', code }));
}

/** One per row of OpenAI's error guide (developers.openai.com/api/docs/guides/error-codes, read 2026-11). */
export const refusals = {
  deactivated: authentication(
    refuse(401, {
      message:
        'The OpenAI account associated with this API key has been deactivated. If you are the developer for this OpenAI app, please check your email for more information. If you are seeing this error while using another app or site, please reach out to them for more help.',
      code: 'account_deactivated',
    }),
  ),
  'not-member': authentication(
    refuse(401, { message: 'You must be a member of an organization to use the API. Please contact us to get added.' }),
  ),
  'ip-blocked': authentication(
    refuse(401, { message: 'IP not authorized. Your IP address is not on the allowlist of this project.' }),
  ),
  'bare-401': authentication(refuse(401, { message: 'Unauthorized.' })),
  'missing-scope': authentication(refuse(401, { message: `${scopes} ${roles}`, code: 'missing_scope' })),
  'missing-scope-403': authentication(refuse(403, { message: `${scopes} ${roles}` })),
  'session-only': authentication(
    refuse(403, {
      message:
        'Your request must be made with a session key (that is, it can only be made from the browser). You made it with the following key type: secret.',
      type: 'server_error',
    }),
  ),
  region: authentication(
    refuse(403, {
      message: 'Country, region, or territory not supported',
      type: 'request_forbidden',
      code: 'unsupported_country_region_territory',
    }),
  ),
  'no-model': inference(
    refuse(404, { message: 'The model does not exist or you do not have access to it.', code: 'model_not_found' }),
  ),
  'no-model-403': inference(
    refuse(403, { message: 'Project `proj_sim` does not have access to model', code: 'model_not_found' }),
  ),
  'bad-request': inference(
    refuse(400, { message: 'Invalid service_tier argument for this project.', param: 'service_tier' }),
  ),
  'output-limit': inference(
    refuse(400, {
      message:
        'Could not finish the message because max_tokens or model output limit was reached. Please try again with higher max_tokens.',
    }),
  ),
  'no-credit': outOfMoney(
    'insufficient_quota',
    'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.',
  ),
  'credit-exhausted': outOfMoney('credit_balance_exhausted', 'Your organization has no prepaid credits left.'),
  'org-limit': outOfMoney(
    'organization_spend_limit_exceeded',
    'Your organization reached its monthly spend limit. An owner can raise it in the organization settings.',
  ),
  'project-limit': outOfMoney('project_spend_limit_exceeded', 'The project reached its monthly spend limit.'),
  'usage-limit': outOfMoney(
    'organization_usage_limit_exceeded',
    'Your organization reached its monthly usage limit for its tier.',
  ),
  'rate-limited': inference({
    ...refuse(429, {
      message:
        'Rate limit reached for requests in organization org-sim on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.',
      type: 'requests',
      code: 'rate_limit_exceeded',
    }),
    headers: { 'retry-after': '20', 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '20s' },
  }),
  'slow-down': inference({
    ...refuse(429, {
      message: 'Slow down: your request rate increased too quickly.',
      type: 'rate_limit_error',
      code: 'slow_down',
    }),
    headers: { 'retry-after': '5' },
  }),
  'server-error': inference(
    refuse(500, {
      message: 'The server had an error while processing your request. Sorry about that!',
      type: 'server_error',
    }),
  ),
  overloaded: inference(
    refuse(503, {
      message: 'The engine is currently overloaded, please try again later',
      type: 'service_unavailable_error',
      code: 'server_is_overloaded',
    }),
  ),
} as const satisfies Record<string, Refusal>;
