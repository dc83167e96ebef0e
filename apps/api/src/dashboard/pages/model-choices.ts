import { expectedProbeCost } from '#domain/probes/expected-probe-cost.js';
import type { PriceBook } from '#pricing/price-book.js';
import type { ModelChoice } from '../view-models/key-form-pages.js';

/** Names of models that hold a conversation, and of their relatives that a chat completion cannot ask. */
const conversing = /^(?:gpt-|chatgpt-|o\d)/;
const specialised =
  /audio|codex|computer-use|deep-research|image|instruct|preview|realtime|search|transcribe|tts|vision|whisper|-pro$/;

/** Models that a probe can ask and that have a price, the cheapest first; always those of `including`, priced or not. */
export function modelChoices(
  deps: { priceBook: PriceBook },
  { including, at }: { including: readonly string[]; at: Date },
): ModelChoice[] {
  const known = deps.priceBook.rows.map((row) => row.model);
  const fitting = known.filter((model) => conversing.test(model) && !specialised.test(model));
  const choices = [...new Set([...including, ...fitting])].map((model) => ({
    model,
    costPerProbe: expectedProbeCost(deps, { kind: 'project', mode: 'completion', model, at }),
  }));
  return choices
    .filter(({ model, costPerProbe }) => costPerProbe !== null || including.includes(model))
    .toSorted((a, b) => compareCosts(a.costPerProbe, b.costPerProbe) || a.model.localeCompare(b.model));
}

/** What has no price comes last. */
function compareCosts(a: bigint | null, b: bigint | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : Number(a > b);
}
