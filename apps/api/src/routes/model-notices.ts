import { listUnknownModels } from '#domain/prices/list-unknown-models.js';
import type { AppDeps } from '../app-deps.js';

/** What there is to say of a model that is stored as asked, and may be misspelt. */
export function unknownModelNotice(model: string): string {
  return `No price book and no usage names “${model}”; check the spelling.`;
}

/** A sentence for each model that neither the tenant's prices nor its usage name; a model that nobody gave is none. */
export async function modelNotices(
  deps: Pick<AppDeps, 'db' | 'clock' | 'priceBooks'>,
  tenantId: string,
  model: string | undefined,
): Promise<string[]> {
  if (model === undefined) return [];
  const unknown = await listUnknownModels(deps, tenantId, { names: [model], book: await deps.priceBooks.of(tenantId) });
  return unknown.map(unknownModelNotice);
}
