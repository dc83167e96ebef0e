import { catalog, findModel, type CatalogModel } from './model-catalog.js';
import { refuse, type Answer } from './openai-error.js';
import type { RouteRequest } from './routes.js';

// A fixed creation time: what OpenAI reports per model has no meaning for anything that reads this.
const createdSeconds = 1_721_172_741;

export function listModels(): Answer {
  return { status: 200, body: { object: 'list', data: catalog.map(describe) } };
}

export function getModel({ id }: RouteRequest): Answer {
  const model = findModel(id);
  return model ? { status: 200, body: describe(model) } : unknownModel(id);
}

/** 404 as OpenAI words it for a model that is unknown, retired, or not for this project. */
export function unknownModel(name: string): Answer {
  const message = `The model \`${name}\` does not exist or you do not have access to it.`;
  return refuse(404, { message, code: 'model_not_found' });
}

function describe(model: CatalogModel): object {
  return { id: model.id, object: 'model', created: createdSeconds, owned_by: 'system', shutdown_date: null };
}
