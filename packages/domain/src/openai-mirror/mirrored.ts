import { Problem } from '#core/problem.js';
import type { OrganizationView } from '../organizations/organization.js';
import type { AnswerCache } from './answer-cache.js';

/** An answer and where it came from: what was imported, what OpenAI said within the hour, or OpenAI just now. */
export interface Mirrored<Value> {
  value: Value;
  from: 'imported' | 'hit' | 'miss';
  ageMs: number;
}

export interface Imported<Value> {
  value: Value;
  /** It answers the whole question … */
  isWhole: boolean;
  /** … and is final, or at most an hour old. */
  isFresh: boolean;
  ageMs: number;
}

/**
 * What was imported when it is fresh, or all there will ever be; else what OpenAI says. While OpenAI does not answer, what
 * was imported will do, however old.
 */
export async function importedElseFetched<Value>(
  answers: AnswerCache,
  asked: {
    organization: OrganizationView;
    imported: Imported<Value> | null;
    key: string;
    fetch: () => Promise<Value>;
  },
): Promise<Mirrored<Value>> {
  const { organization, imported } = asked;
  if (imported && (imported.isFresh || !organization.isConnected)) return { ...imported, from: 'imported' };
  try {
    return await answers.answer(asked.key, asked.fetch);
  } catch (error) {
    if (imported?.isWhole && isOpenAiAway(error)) return { ...imported, from: 'imported' };
    throw error;
  }
}

function isOpenAiAway(error: unknown): boolean {
  return error instanceof Problem && (error.code === 'openai-unavailable' || error.code === 'openai-refused');
}

/** Of several organizations: the worst of the sources, the oldest of the ages. */
export function joinSources(answers: readonly Mirrored<unknown>[]): Pick<Mirrored<unknown>, 'from' | 'ageMs'> {
  const worst = (['miss', 'hit'] as const).find((from) => answers.some((answer) => answer.from === from));
  return { from: worst ?? 'imported', ageMs: Math.max(0, ...answers.map(({ ageMs }) => ageMs)) };
}
