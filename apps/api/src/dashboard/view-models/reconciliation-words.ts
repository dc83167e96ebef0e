import type { DifferenceReason } from '#domain/reconciliation/reconciliation.js';

export type ComparedBooks = 'billedLessReported' | 'reportedLessMeasured';

interface ReasonWords {
  /** On a chip. */
  short: string;
  /** Goes on after an amount: “$12.40 is …”. */
  long: string;
}

const tierMix: ReasonWords = {
  short: 'assumed price',
  long: 'may come from requests whose tier or price had to be assumed.',
};
const unknown: ReasonWords = { short: 'unexplained', long: 'is explained by nothing that Keyledger knows.' };

/** Why two books differ, in the reader's words; which of the two is larger is in the sign of the amount. */
export const reasonWords: Record<ComparedBooks, Partial<Record<DifferenceReason, ReasonWords>>> = {
  billedLessReported: {
    'provisional-day': {
      short: 'not final',
      long: 'is on days that are not final: OpenAI may still change their bills, or was not asked yet.',
    },
    'tool-or-storage-fees': {
      short: 'tools, storage',
      long: 'is fees of tools and storage, which have no tokens, beside those that are reported.',
    },
    unpriced: { short: 'no price', long: 'is billed for models that have no price here.' },
    'price-differs': { short: 'other price', long: 'comes from models that are billed at another price than ours.' },
    'tier-mix': tierMix,
    unknown,
  },
  reportedLessMeasured: {
    'provisional-day': { short: 'not reported yet', long: 'was measured on days that OpenAI may still report.' },
    unpriced: { short: 'no price', long: 'comes from usage that has a price on one side alone.' },
    'outside-traffic': {
      short: 'outside',
      long: 'is traffic from outside: calls that nobody told Keyledger of.',
    },
    'probe-spend': { short: 'probes', long: 'is probes of keys that no connected organization has.' },
    'tier-mix': tierMix,
    unknown,
  },
};

/** What each row is, and what stands for none. */
export const rowWords = {
  day: { one: 'Day', many: 'days', none: 'No day' },
  month: { one: 'Month', many: 'months', none: 'No month' },
  project: { one: 'Project', many: 'projects', none: 'No project' },
  key: { one: 'Key', many: 'keys', none: 'No key' },
  model: { one: 'Model', many: 'models', none: 'No model: tools, storage' },
} as const;
