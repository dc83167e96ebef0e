import { findModel, type CatalogModel, type ReasoningEffort } from './model-catalog.js';
import { unknownModel } from './models.js';
import { refuse, type Answer } from './openai-error.js';

/** The fields of a chat completion request that the simulator looks at. */
export interface ChatRequest {
  model: string;
  messages: readonly unknown[];
  max_tokens?: number;
  max_completion_tokens?: number;
  temperature?: number;
  reasoning_effort?: ReasoningEffort;
  service_tier?: string;
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
}

/** The request and its model, or the 400 or 404 that OpenAI would answer. */
export function checkChatRequest(body: unknown): { request: ChatRequest; model: CatalogModel } | Answer {
  const request = body as Partial<ChatRequest>;
  if (typeof request.model !== 'string' || request.model === '') {
    return refuse(400, { message: 'you must provide a model parameter' });
  }
  const model = findModel(request.model);
  if (!model) return unknownModel(request.model);
  if (model.use !== 'chat') {
    const message = 'This is not a chat model and thus not supported in the v1/chat/completions endpoint.';
    return refuse(404, { message, param: 'model' });
  }
  const refusal =
    checkMessages(request.messages) ??
    checkLimit('max_tokens', request.max_tokens) ??
    checkLimit('max_completion_tokens', request.max_completion_tokens) ??
    checkBothLimits(request) ??
    (model.efforts.length > 0 ? checkReasoning(request, model) : checkClassic(request));
  return refusal ?? { request: request as ChatRequest, model };
}

function checkMessages(messages: unknown): Answer | null {
  if (messages === undefined) {
    const message = "Missing required parameter: 'messages'.";
    return refuse(400, { message, param: 'messages', code: 'missing_required_parameter' });
  }
  if (!Array.isArray(messages)) {
    const message = "Invalid type for 'messages': expected an array of objects.";
    return refuse(400, { message, param: 'messages', code: 'invalid_type' });
  }
  if (messages.some((message) => typeof message !== 'object' || message === null)) {
    const message = "Invalid type for 'messages[0]': expected an object.";
    return refuse(400, { message, param: 'messages[0]', code: 'invalid_type' });
  }
  if (messages.length > 0) return null;
  const message =
    "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.";
  return refuse(400, { message, param: 'messages', code: 'empty_array' });
}

function checkLimit(param: string, value: unknown): Answer | null {
  if (value === undefined || value === null) return null;
  if (!Number.isInteger(value)) {
    return refuse(400, {
      message: `Invalid type for '${param}': expected an integer.`,
      param,
      code: 'invalid_type',
    });
  }
  if (Number(value) >= 1) return null;
  const message = `Invalid '${param}': integer below minimum value. Expected a value >= 1, but got ${Number(value)} instead.`;
  return refuse(400, { message, param, code: 'integer_below_min_value' });
}

function checkBothLimits(request: Partial<ChatRequest>): Answer | null {
  if (request.max_tokens === undefined || request.max_completion_tokens === undefined) return null;
  const message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.";
  return refuse(400, { message, param: 'max_tokens', code: 'invalid_parameter_combination' });
}

function checkReasoning(request: Partial<ChatRequest>, model: CatalogModel): Answer | null {
  if (request.max_tokens !== undefined) {
    const message =
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
    return refuse(400, { message, param: 'max_tokens', code: 'unsupported_parameter' });
  }
  if (request.temperature !== undefined && request.temperature !== 1) {
    const message = `Unsupported value: 'temperature' does not support ${request.temperature} with this model. Only the default (1) value is supported.`;
    return refuse(400, { message, param: 'temperature', code: 'unsupported_value' });
  }
  const effort = request.reasoning_effort;
  if (effort === undefined || model.efforts.includes(effort)) return null;
  const supported = model.efforts.map((name) => `'${name}'`).join(', ');
  const message = `Unsupported value: 'reasoning_effort' does not support '${effort}' with this model. Supported values are: ${supported}.`;
  return refuse(400, { message, param: 'reasoning_effort', code: 'unsupported_value' });
}

function checkClassic(request: Partial<ChatRequest>): Answer | null {
  if (request.reasoning_effort === undefined) return null;
  return refuse(400, { message: 'Unrecognized request argument supplied: reasoning_effort' });
}
