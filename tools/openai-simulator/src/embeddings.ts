import { findModel } from './model-catalog.js';
import { unknownModel } from './models.js';
import { refuse, type Answer } from './openai-error.js';
import type { RouteRequest } from './routes.js';

const fullDimensions: Readonly<Record<string, number>> = { 'text-embedding-3-large': 3072 };

/** Unit vectors that depend on nothing but their length: only shape and token counts are simulated. */
export function createEmbedding({ body }: RouteRequest): Answer {
  const { model, input, dimensions, encoding_format: format } = body as Record<string, unknown>;
  if (typeof model !== 'string' || model === '') return refuse(400, { message: 'you must provide a model parameter' });
  const known = findModel(model);
  if (known?.use !== 'embedding') return unknownModel(model);
  const inputs = typeof input === 'string' ? [input] : input;
  if (!Array.isArray(inputs) || inputs.length === 0) {
    return refuse(400, { message: "'$.input' is invalid. Please check the API reference.", param: 'input' });
  }
  const length = typeof dimensions === 'number' ? dimensions : (fullDimensions[known.id] ?? 1536);
  const vector = new Float32Array(length).fill(1 / Math.sqrt(length));
  const embedding = format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : Array.from(vector);
  const tokens = inputs.reduce<number>((sum, text) => sum + Math.ceil(String(text).length / 4), 0);
  return {
    status: 200,
    body: {
      object: 'list',
      data: inputs.map((_text, index) => ({ object: 'embedding', index, embedding })),
      model: known.snapshot,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    },
  };
}
