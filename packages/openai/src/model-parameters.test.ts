import { describe, expect, it } from 'vitest';
import { totalOutputTokens } from '#pricing/usage.js';
import { expectedProbeUsage, modelParameters } from './model-parameters.js';

describe('modelParameters', () => {
  it.each([
    ['gpt-4o-mini', undefined],
    ['gpt-4.1-nano-2025-04-14', undefined],
    ['gpt-3.5-turbo', undefined],
    ['gpt-5-chat-latest', undefined],
    ['gpt-5.1-chat-latest', undefined],
    ['gpt-5.2-pro', undefined],
    ['o1-mini', undefined],
    ['o1', 'low'],
    ['o3-mini', 'low'],
    ['o4-mini-2025-04-16', 'low'],
    ['gpt-5', 'minimal'],
    ['gpt-5-nano-2025-08-07', 'minimal'],
    ['gpt-5-codex', 'low'],
    ['gpt-5.1', 'none'],
    ['gpt-5.1-codex', 'low'],
    ['gpt-5.6-luna', 'none'],
    ['gpt-6-astra', 'low'],
    ['gpt-6.2-sol', 'low'],
    ['ft:gpt-4o-mini-2024-07-18:acme::abc123', undefined],
    ['ft:o4-mini-2025-04-16:acme::abc123', 'low'],
    ['some-other-model', undefined],
  ])('asks %s for reasoning effort %s', (model, effort) => {
    expect(modelParameters(model).reasoningEffort).toBe(effort);
  });

  it('buys one token of a model that does not reason', () => {
    expect(modelParameters('gpt-4o-mini').maxCompletionTokens).toBe(1);
    expect(modelParameters('gpt-5-chat-latest').maxCompletionTokens).toBe(1);
  });

  it('leaves a model that may think room to finish', () => {
    const models = ['o1', 'o1-preview', 'o3-mini', 'gpt-5.1-codex', 'gpt-5.3-chat-latest', 'gpt-6-sol'];
    expect(models.filter((model) => modelParameters(model).maxCompletionTokens !== 256)).toEqual([]);
    expect(modelParameters('gpt-5-mini').maxCompletionTokens).toBe(32);
  });
});

describe('expectedProbeUsage', () => {
  it('is an upper bound: the whole output allowance', () => {
    const usage = expectedProbeUsage('o3');
    expect(totalOutputTokens(usage)).toBe(256);
    expect(usage).toMatchObject({ requests: 1, inputUncachedTokens: 12 });
  });
});
