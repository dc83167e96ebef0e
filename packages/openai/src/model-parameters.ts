import type { OpenAI } from 'openai';
import { emptyUsage, type Usage } from '#pricing/usage.js';

type ReasoningEffort = NonNullable<OpenAI.ReasoningEffort>;

/** What a model needs so that the smallest chat completion succeeds. */
export interface ModelParameters {
  /** Upper bound of the output billed per probe, reasoning included. */
  maxCompletionTokens: number;
  /** Absent where the model refuses the parameter, or nobody wrote down which values it takes. */
  reasoningEffort?: ReasoningEffort;
}

// `Say ok` is 9 tokens with the chat framing of every tokenizer in use; the rest is margin.
const promptTokens = 12;
export const probePrompt = 'Say ok';

// A limit that thinking eats up answers 400 on some models and a useless, billed 200 on others, so it is never tight.
// Unused allowance costs nothing.
const classic: ModelParameters = { maxCompletionTokens: 1 };
const unthinking = 32;
const thinking = 256;

interface Rule {
  /** Tested against the model's name without `ft:` prefix. */
  model: RegExp;
  parameters: ModelParameters;
}

// First match wins. Efforts as the API's own 400s list them (2025-11 … 2026-09): gpt-5 has no `none`, gpt-5.1 and later
// no `minimal`, codex models start at `low`, gpt-6-astra refuses both, `-chat-latest` and `-pro` take few or none.
const rules: readonly Rule[] = [
  { model: /^gpt-5-chat/, parameters: classic },
  { model: /^(?:gpt-\d|o\d).*-(?:chat|pro|deep-research)\b/, parameters: { maxCompletionTokens: thinking } },
  { model: /^(?:o1-mini|o1-preview)/, parameters: { maxCompletionTokens: thinking } },
  { model: /^o\d/, parameters: { maxCompletionTokens: thinking, reasoningEffort: 'low' } },
  { model: /^gpt-5.*-codex/, parameters: { maxCompletionTokens: thinking, reasoningEffort: 'low' } },
  { model: /^gpt-5(?![.\d])/, parameters: { maxCompletionTokens: unthinking, reasoningEffort: 'minimal' } },
  { model: /^gpt-5\.[1-9]/, parameters: { maxCompletionTokens: unthinking, reasoningEffort: 'none' } },
  { model: /^gpt-(?:[6-9]|\d\d)/, parameters: { maxCompletionTokens: thinking, reasoningEffort: 'low' } },
];

/** Parameters for a model by its name, alias, snapshot or fine-tune; models nobody wrote down count as classic. */
export function modelParameters(model: string): ModelParameters {
  const base = model.startsWith('ft:') ? (model.split(':')[1] ?? '') : model;
  return rules.find((rule) => rule.model.test(base))?.parameters ?? classic;
}

/** The most that one `completion` probe of this model can use: what to price before switching probing on. */
export function expectedProbeUsage(model: string): Usage {
  const outputTokens = modelParameters(model).maxCompletionTokens;
  return { ...emptyUsage, requests: 1, inputUncachedTokens: promptTokens, outputTokens };
}
