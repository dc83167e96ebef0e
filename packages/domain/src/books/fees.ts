/** Tools and storage: used by the call, the session or the byte, and billed in lines that name no model. */
export const feeKinds: ReadonlySet<string> = new Set([
  'web_search_calls',
  'file_search_calls',
  'code_interpreter_sessions',
  'vector_stores',
]);

/**
 * Tells the model that a line of the bill names, as `<model>, <component>`; null for fees.
 * @param known names of models in use, also of those that the book of prices has not
 */
export function createModelOf(known: readonly (string | null)[]): (line: string | null) => string | null {
  const models = new Set(known);
  return (line) => {
    const model = line?.slice(0, Math.max(0, line.lastIndexOf(', '))) ?? null;
    return models.has(model) ? model : null;
  };
}
