import { catalog } from '../model-catalog.js';
import type { Answer } from '../openai-error.js';
import { answerList } from './answer-list.js';

/** `GET /organization/projects/{id}/rate_limits`: one for every model, the same in every project. */
export function answerRateLimits(asked: { given: URLSearchParams }): Answer {
  return answerList({
    given: asked.given,
    rules: { before: { type: 'text' } },
    limit: { default: 100 },
    itemsOf: () => catalog.map((model) => ({ ...model, id: `rl-${model.id}` })),
    write: (model) => ({
      object: 'project.rate_limit',
      id: model.id,
      model: model.id.slice('rl-'.length),
      max_requests_per_1_minute: 10_000,
      max_tokens_per_1_minute: model.use === 'chat' ? 2_000_000 : 5_000_000,
      ...(model.use === 'chat' && { batch_1_day_max_input_tokens: 200_000_000 }),
    }),
  });
}
