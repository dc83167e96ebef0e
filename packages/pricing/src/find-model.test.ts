import { describe, expect, it } from 'vitest';

import { buildPriceBook } from './build-price-book.js';
import { findModel } from './find-model.js';
import { openAiPriceSheet } from './openai-prices.js';

const book = buildPriceBook(openAiPriceSheet);

describe('findModel', () => {
  it.each([
    ['gpt-4o-mini', 'gpt-4o-mini'],
    ['gpt-4o-mini-2024-07-18', 'gpt-4o-mini'],
    ['gpt-4o-2024-11-20', 'gpt-4o'],
    ['gpt-5-nano-2025-08-07', 'gpt-5-nano'],
    ['gpt-6-sol-2026-09-22', 'gpt-6-sol'],
    ['gpt-5.6', 'gpt-5.6-sol'],
    ['gpt-5.6-2026-07-09', 'gpt-5.6-sol'],
    ['gpt-5-codex', 'gpt-5'],
    ['gpt-4-0613', 'gpt-4'],
    ['gpt-4-1106-preview', 'gpt-4-turbo'],
    ['gpt-3.5-turbo-0914', 'gpt-3.5-turbo'],
    ['text-embedding-ada-002-v2', 'text-embedding-ada-002'],
    ['omni-moderation-latest', 'omni-moderation-latest'],
  ])('%s has the prices of %s', (name, model) => {
    expect(findModel(book, name)).toBe(model);
  });

  it.each([
    ['gpt-4o-2024-05-13', 'gpt-4o-2024-05-13'],
    ['gpt-3.5-turbo-1106', 'gpt-3.5-turbo-1106'],
  ])('a snapshot with prices of its own, %s, wins over its base', (name, model) => {
    expect(findModel(book, name)).toBe(model);
  });

  it.each([
    ['ft:gpt-4o-mini-2024-07-18:acme::AbC123', 'ft:gpt-4o-mini-2024-07-18'],
    ['ft:gpt-4.1-2025-04-14:acme:support:AbC123', 'ft:gpt-4.1-2025-04-14'],
    ['ft:gpt-4o-mini-2024-07-18:acme:x:AbC123:ckpt-step-90', 'ft:gpt-4o-mini-2024-07-18'],
    ['ft:gpt-4o-2024-11-20:acme::AbC123', 'ft:gpt-4o'],
    ['ft:gpt-3.5-turbo-0125:acme::AbC123', 'ft:gpt-3.5-turbo-0125'],
  ])('%s has the prices of %s', (name, model) => {
    expect(findModel(book, name)).toBe(model);
  });

  it.each([
    'gpt-4o-mini-xyz',
    'gpt-5.6-sol-pro',
    'gpt-6-sol-pro',
    'gpt-9',
    'gpt-4o-mini-2024-13-18',
    'gpt-4o-mini-2024-07-32',
    'gpt-4o-mini-2024-07-18-preview',
    'gpt-4o-1324',
    'gpt-4o-2024',
    'GPT-4O',
    '',
    'ft:',
    'ft:gpt-5:acme::AbC123',
    'ft:gpt-4o-mini-xyz:acme::AbC123',
    'toString',
  ])('%s is not guessed to be any model', (name) => {
    expect(findModel(book, name)).toBeUndefined();
  });
});
