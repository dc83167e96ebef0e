import { randomUUID } from 'node:crypto';
import { checkChatRequest, type ChatRequest } from './check-chat-request.js';
import type { CatalogModel } from './model-catalog.js';
import type { RouteAnswer, RouteRequest } from './routes.js';

const text = 'ok';
const textTokens = 2;

/** Tokens a model thinks about a short prompt, by effort; OpenAI bills reasoning in steps of 64. */
const reasoningTokens = { none: 0, minimal: 0, low: 64, medium: 192, high: 448, xhigh: 960, max: 1984 } as const;

/** Checks the request as OpenAI does, then answers `ok`, cut where the request's token limit cuts it. */
export function createChatCompletion({ body, nowSeconds }: RouteRequest): RouteAnswer {
  const checked = checkChatRequest(body);
  if ('status' in checked) return checked;
  const { request, model } = checked;
  const written = write(request, model);
  const head = {
    id: `chatcmpl-${randomUUID().replaceAll('-', '').slice(0, 29)}`,
    created: nowSeconds,
    model: model.snapshot,
    service_tier: servedTier(request.service_tier),
    system_fingerprint: 'fp_simulated01',
  };
  if (request.stream === true) return { events: stream(head, written, request) };
  const message = { role: 'assistant', content: written.content, refusal: null, annotations: [] };
  return {
    status: 200,
    body: {
      ...head,
      object: 'chat.completion',
      choices: [{ index: 0, message, logprobs: null, finish_reason: written.finishReason }],
      usage: written.usage,
    },
  };
}

interface Written {
  content: string;
  finishReason: 'stop' | 'length';
  usage: object;
}

/** A limit smaller than what thinking takes is spent on thinking: billed, with nothing to show for it. */
function write(request: ChatRequest, model: CatalogModel): Written {
  const effort = request.reasoning_effort ?? (model.efforts.includes('none') ? 'none' : 'medium');
  const wanted = model.efforts.length > 0 ? reasoningTokens[effort] : 0;
  const limit = request.max_completion_tokens ?? request.max_tokens ?? Number.MAX_SAFE_INTEGER;
  const reasoning = Math.min(wanted, limit);
  const visible = Math.min(textTokens, limit - reasoning);
  const promptTokens = countPromptTokens(request);
  return {
    content: visible > 0 ? text : '',
    finishReason: visible < textTokens ? 'length' : 'stop',
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: reasoning + visible,
      total_tokens: promptTokens + reasoning + visible,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0, cache_write_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: reasoning,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
  };
}

/** Three tokens to prime the answer, four around each message, about four characters of JSON to a token. */
function countPromptTokens(request: ChatRequest): number {
  const contents = request.messages.map((message) => JSON.stringify((message as { content?: unknown }).content ?? ''));
  return contents.reduce((sum, content) => sum + 4 + Math.ceil((content.length - 2) / 4), 3);
}

/** `fast` is the newer name of `priority`, and the answer says the older; `auto` is served as `default`. */
function servedTier(requested: unknown): string {
  if (requested === 'fast') return 'priority';
  return typeof requested === 'string' && requested !== 'auto' ? requested : 'default';
}

function stream(head: object, written: Written, request: ChatRequest): string[] {
  const withUsage = request.stream_options?.include_usage === true;
  const chunk = (choices: object[], usage: object | null): string =>
    JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...(withUsage ? { usage } : {}) });
  const choice = (delta: object, finishReason: string | null): object => ({
    index: 0,
    delta,
    logprobs: null,
    finish_reason: finishReason,
  });
  return [
    chunk([choice({ role: 'assistant', content: '', refusal: null }, null)], null),
    ...(written.content ? [chunk([choice({ content: written.content }, null)], null)] : []),
    chunk([choice({}, written.finishReason)], null),
    ...(withUsage ? [chunk([], written.usage)] : []),
    '[DONE]',
  ];
}
