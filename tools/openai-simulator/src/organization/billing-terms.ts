import type { TokenPart } from './usage-leaf.js';

/**
 * Where this organization's bill departs from the price book, on purpose: each is a difference that a reconciliation
 * has to find and give its reason for.
 */
export const billingTerms = {
  /** A discount agreed with OpenAI: billed at 80 % of the published price, in every tier. */
  negotiated: { model: 'gpt-4.1-2025-04-14', percentOfList: 80n },
  /** A model whose price is published nowhere: pico-USD per token. */
  unlisted: {
    model: 'gpt-6-rosalind',
    picoUsdPerToken: { inputUncachedTokens: 15_000_000n, outputTokens: 75_000_000n } as Partial<
      Record<TokenPart, bigint>
    >,
  },
  /** Stored bytes have no tokens: $0.10 per GiB and day, which is no price of the book. */
  storage: { picoUsdPerGibibyteDay: 100_000_000_000n },
} as const;
