export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export interface CatalogModel {
  id: string;
  /** The dated name that answers and usage reports carry; the id itself where OpenAI published no dated name. */
  snapshot: string;
  use: 'chat' | 'embedding' | 'moderation';
  /** Efforts that Chat Completions accepts; empty for a model that does not reason. */
  efforts: readonly ReasoningEffort[];
}

const oSeries = ['low', 'medium', 'high'] as const;
const gpt5 = ['minimal', 'low', 'medium', 'high'] as const;
const gpt51 = ['none', 'low', 'medium', 'high'] as const;
const gpt52 = ['none', 'low', 'medium', 'high', 'xhigh'] as const;
// gpt-6-astra refuses `none` and `minimal` (reported from the live API, 2026-09); the family is held to its strictest.
const gpt6 = ['low', 'medium', 'high', 'xhigh'] as const;

type Row = readonly [id: string, snapshot: string | null, efforts: readonly ReasoningEffort[]];

const chatModels: readonly Row[] = [
  ['gpt-3.5-turbo', 'gpt-3.5-turbo-0125', []],
  ['gpt-4', 'gpt-4-0613', []],
  ['gpt-4-turbo', 'gpt-4-turbo-2024-04-09', []],
  ['gpt-4o', 'gpt-4o-2024-08-06', []],
  ['gpt-4o-mini', 'gpt-4o-mini-2024-07-18', []],
  ['gpt-4.1', 'gpt-4.1-2025-04-14', []],
  ['gpt-4.1-mini', 'gpt-4.1-mini-2025-04-14', []],
  ['gpt-4.1-nano', 'gpt-4.1-nano-2025-04-14', []],
  ['gpt-5-chat-latest', null, []],
  ['o1', 'o1-2024-12-17', oSeries],
  ['o3', 'o3-2025-04-16', oSeries],
  ['o3-mini', 'o3-mini-2025-01-31', oSeries],
  ['o4-mini', 'o4-mini-2025-04-16', oSeries],
  ['gpt-5', 'gpt-5-2025-08-07', gpt5],
  ['gpt-5-mini', 'gpt-5-mini-2025-08-07', gpt5],
  ['gpt-5-nano', 'gpt-5-nano-2025-08-07', gpt5],
  ['gpt-5.1', 'gpt-5.1-2025-11-13', gpt51],
  ['gpt-5.1-codex', null, oSeries],
  ['gpt-5.1-chat-latest', null, ['medium']],
  ['gpt-5.2', 'gpt-5.2-2025-12-11', gpt52],
  ['gpt-5.4', null, gpt52],
  ['gpt-5.4-mini', 'gpt-5.4-mini-2026-03-17', gpt52],
  ['gpt-5.4-nano', 'gpt-5.4-nano-2026-03-17', gpt52],
  ['gpt-5.5', 'gpt-5.5-2026-04-23', gpt52],
  ['gpt-5.6-luna', null, gpt52],
  ['gpt-5.6-sol', null, gpt52],
  ['gpt-5.6-terra', null, gpt52],
  ['gpt-6-astra', null, gpt6],
  ['gpt-6-luna', null, gpt6],
  ['gpt-6-sol', null, gpt6],
  ['gpt-6.1-sol', null, gpt6],
  ['gpt-6.1-terra', null, gpt6],
  ['gpt-6.2-astra', null, gpt6],
  ['gpt-6.2-sol', null, gpt6],
];

/** What `GET /models` lists: aliases only, as ids people choose. */
export const catalog: readonly CatalogModel[] = [
  ...chatModels.map(([id, snapshot, efforts]) => ({ id, snapshot: snapshot ?? id, use: 'chat' as const, efforts })),
  ...['text-embedding-3-small', 'text-embedding-3-large', 'text-embedding-ada-002'].map((id) => ({
    id,
    snapshot: id,
    use: 'embedding' as const,
    efforts: [],
  })),
  { id: 'omni-moderation-latest', snapshot: 'omni-moderation-2024-09-26', use: 'moderation', efforts: [] },
];

const byName = new Map(catalog.flatMap((model) => [model.id, model.snapshot].map((name) => [name, model] as const)));

/** By alias, by snapshot, or by fine-tune name (`ft:<base>:<org>:…`, which keeps its own name in answers). */
export function findModel(name: string): CatalogModel | null {
  const base = name.startsWith('ft:') ? (name.split(':')[1] ?? '') : name;
  const model = byName.get(base);
  if (!model) return null;
  return base === name ? model : { ...model, id: name, snapshot: name };
}
