import type { ProbeOutcome } from './probe-outcome.js';

/** An error answer of OpenAI; `code`, `type` and `message` are null where the body was no OpenAI error envelope. */
export interface OpenAiErrorFacts {
  status: number;
  code: string | null;
  type: string | null;
  message: string | null;
}

interface Rule {
  statuses: readonly number[];
  /** Any of these codes or types decides; types only name what codes name too, on older answers without a code. */
  codes?: readonly string[];
  message?: RegExp;
  outcome: ProbeOutcome;
}

const refusedAccess = [401, 403];
const moneyStatuses = [402, 403, 429];

// First match wins. Codes come before texts: texts change and quote each other.
// Source: developers.openai.com/api/docs/guides/error-codes; help.openai.com articles 6614457 and 5955604 (2026-11).
const rules: readonly Rule[] = [
  { statuses: refusedAccess, codes: ['account_deactivated'], outcome: 'account-deactivated' },
  { statuses: refusedAccess, codes: ['missing_scope', 'missing_scopes'], outcome: 'missing-scope' },
  { statuses: refusedAccess, codes: ['unsupported_country_region_territory'], outcome: 'blocked-here' },
  { statuses: refusedAccess, codes: ['ip_not_authorized'], outcome: 'blocked-here' },
  { statuses: [403, 404], codes: ['model_not_found'], outcome: 'model-unavailable' },
  {
    statuses: [400, ...moneyStatuses],
    codes: [
      'organization_spend_limit_exceeded',
      'project_spend_limit_exceeded',
      'organization_usage_limit_exceeded',
      'billing_hard_limit_reached',
    ],
    outcome: 'limit-reached',
  },
  { statuses: moneyStatuses, codes: ['credit_balance_exhausted', 'billing_not_active'], outcome: 'quota-exhausted' },
  { statuses: [429], codes: ['rate_limit_exceeded', 'slow_down'], outcome: 'rate-limited' },

  { statuses: refusedAccess, message: /missing scopes?\b|insufficient permissions/i, outcome: 'missing-scope' },
  { statuses: refusedAccess, message: /\bIP\b.*not (?:authorized|allowed)/i, outcome: 'blocked-here' },
  { statuses: refusedAccess, message: /country, region, or territory/i, outcome: 'blocked-here' },
  { statuses: refusedAccess, message: /must be a member of an organization/i, outcome: 'membership-lost' },
  { statuses: refusedAccess, message: /account .*has been deactivated/i, outcome: 'account-deactivated' },
  { statuses: [403], message: /must be made with a session key/i, outcome: 'missing-scope' },
  {
    statuses: [403, 404],
    message: /does not have access to model|does not exist or you do not have access|not a chat model/i,
    outcome: 'model-unavailable',
  },
  { statuses: moneyStatuses, message: /(?:spend|usage|hard) limit/i, outcome: 'limit-reached' },
  { statuses: moneyStatuses, message: /exceeded your current quota|no prepaid credits/i, outcome: 'quota-exhausted' },

  // After the texts: the newer limits still carry the type `insufficient_quota`.
  { statuses: moneyStatuses, codes: ['insufficient_quota'], outcome: 'quota-exhausted' },
  // After the texts, too: a scope or an address can be refused under this code, and must not bury a living key.
  { statuses: [401], codes: ['invalid_api_key'], outcome: 'invalid-key' },
  { statuses: [401], message: /incorrect api key/i, outcome: 'invalid-key' },
  { statuses: [402], outcome: 'quota-exhausted' },
  { statuses: [429], outcome: 'rate-limited' },
  { statuses: [408, 409, 425], outcome: 'provider-error' },
];

/**
 * The class of an error answer: by status, then code, then the words of the message.
 * A 401 or 403 that no rule knows is `request-refused`, never dead: a bare 401 has been seen for living keys.
 * Redirects and 5xx are the provider's trouble; every other 4xx is a fault of our request.
 */
export function classifyOpenAiError(facts: OpenAiErrorFacts): ProbeOutcome {
  const rule = rules.find((candidate) => applies(candidate, facts));
  if (rule) return rule.outcome;
  return facts.status >= 400 && facts.status < 500 ? 'request-refused' : 'provider-error';
}

function applies(rule: Rule, facts: OpenAiErrorFacts): boolean {
  if (!rule.statuses.includes(facts.status)) return false;
  if (rule.codes) return [facts.code, facts.type].some((name) => name !== null && rule.codes?.includes(name));
  return rule.message ? rule.message.test(facts.message ?? '') : true;
}
