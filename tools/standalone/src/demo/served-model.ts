import { findModel } from '#simulator/model-catalog.js';

/** The dated name under which OpenAI answers for a model; the name itself where there is no dated one. */
export function servedModel(model: string): string {
  return findModel(model)?.snapshot ?? model;
}
