import { refuse, type Answer } from '../openai-error.js';
import { isAnswer, readQuery, type ParameterRules, type Query } from './read-query.js';

interface Listed {
  id: string;
}

/**
 * A page of a list in OpenAI's envelope: `after` and `before` are ids of items, `order` turns the list around.
 * Rules for `limit` and `after` are added here.
 */
export function answerList<T extends Listed>(question: {
  given: URLSearchParams;
  rules?: ParameterRules;
  limit: { default: number; max?: number };
  itemsOf: (query: Query) => readonly T[];
  write: (item: T) => object;
}): Answer {
  const { default: usual, max } = question.limit;
  const limitRule = { type: 'integer', min: 1, ...(max !== undefined && { max }) } as const;
  const query = readQuery(question.given, { limit: limitRule, after: { type: 'text' }, ...question.rules });
  if (isAnswer(query)) return query;
  const all = question.itemsOf(query);
  const items = query.text('order') === 'desc' ? all.toReversed() : all;
  const placeOf = (name: string, otherwise: number): number => {
    const id = query.text(name);
    return id === undefined ? otherwise : items.findIndex((item) => item.id === id);
  };
  const after = placeOf('after', -1);
  const before = placeOf('before', items.length);
  if (query.text('after') !== undefined && after === -1) return unknownCursor('after');
  if (before === -1) return unknownCursor('before');
  const limit = query.integer('limit') ?? usual;
  const left = items.slice(after + 1, before);
  // Asked for what comes before something, the page is what stands next to it.
  const isBackward = query.text('before') !== undefined && query.text('after') === undefined;
  const page = isBackward ? left.slice(-limit) : left.slice(0, limit);
  const data = page.map(question.write);
  const [firstId = null, lastId = null] = [page[0]?.id, page.at(-1)?.id];
  return {
    status: 200,
    body: { object: 'list', data, first_id: firstId, last_id: lastId, has_more: left.length > page.length },
  };
}

function unknownCursor(param: string): Answer {
  return refuse(400, { message: `Invalid '${param}': no such object.`, param, code: 'invalid_value' });
}
