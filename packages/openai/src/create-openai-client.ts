import { OpenAI } from 'openai';
import type { Fetch } from './guarded-fetch.js';

// The SDK insists on credentials; the real one is added by `guardedFetch`. Should that ever fail, this reaches OpenAI.
const placeholder = 'added-by-guarded-fetch';

/**
 * An SDK client that reads nothing from the environment, never retries, never logs, and whose own timeout lies beyond
 * the caller's deadline. Construction costs some 20 µs, so each call makes its own and no key meets another's client.
 */
export function createOpenAiClient(options: { baseUrl: string; fetch: Fetch; deadlineMs: number }): OpenAI {
  return new OpenAI({
    // Each of these would otherwise fall back to a variable OPENAI_… of the process.
    apiKey: placeholder,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: options.baseUrl,
    logLevel: 'off',
    // It retries exhausted quota too: one due probe is one request.
    maxRetries: 0,
    timeout: Math.ceil(options.deadlineMs) + 5000,
    fetch: options.fetch,
  });
}
