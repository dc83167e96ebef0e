import type { Book, BookGroup } from '#domain/books/book.js';

/** What each book is called and is, for the reader. */
export const bookWords: Record<Book, { label: string; title: string; text: string }> = {
  billed: { label: 'Billed', title: 'What OpenAI bills', text: 'What OpenAI bills, by UTC day' },
  reported: {
    label: 'Reported',
    title: 'Usage that OpenAI reports, at our prices',
    text: 'Usage that OpenAI reports, at our prices',
  },
  measured: {
    label: 'Measured',
    title: 'What Keyledger saw itself',
    text: 'Probes, and usage that your programs sent',
  },
};

export const groupWords: Record<BookGroup, { one: string; many: string; none: string }> = {
  none: { one: 'Total', many: 'Total', none: 'Total' },
  organization: { one: 'Organization', many: 'organizations', none: 'No organization' },
  project: { one: 'Project', many: 'projects', none: 'No project' },
  key: { one: 'Key', many: 'keys', none: 'No key' },
  model: { one: 'Model', many: 'models', none: 'No model' },
  tier: { one: 'Tier', many: 'tiers', none: 'No tier' },
  kind: { one: 'Kind', many: 'kinds', none: 'No kind' },
  'end-user': { one: 'End user', many: 'end users', none: 'No end user' },
};
