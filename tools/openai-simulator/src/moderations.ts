import { refuse, type Answer } from './openai-error.js';
import type { RouteRequest } from './routes.js';

const categories = [
  'harassment',
  'harassment/threatening',
  'hate',
  'hate/threatening',
  'illicit',
  'illicit/violent',
  'self-harm',
  'self-harm/intent',
  'self-harm/instructions',
  'sexual',
  'sexual/minors',
  'violence',
  'violence/graphic',
];

/** Nothing is ever flagged. */
export function createModeration({ body }: RouteRequest): Answer {
  const { input } = body as Record<string, unknown>;
  if (input === undefined) {
    const message = "Missing required parameter: 'input'.";
    return refuse(400, { message, param: 'input', code: 'missing_required_parameter' });
  }
  const each = (value: unknown): object => Object.fromEntries(categories.map((category) => [category, value]));
  const result = {
    flagged: false,
    categories: each(false),
    category_scores: each(0.000_001),
    category_applied_input_types: each(['text']),
  };
  const results = (Array.isArray(input) ? input : [input]).map(() => result);
  return { status: 200, body: { id: 'modr-sim', model: 'omni-moderation-2024-09-26', results } };
}
