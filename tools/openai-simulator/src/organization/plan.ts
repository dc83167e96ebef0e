import type { DayShape } from './day-shape.js';

/** Days in this plan count back from here, so that what an organization did on a date never depends on today. */
export const anchorDay = Date.UTC(2026, 10, 20) / 86_400_000;

/** The first day with usage: 400 days before the anchor. */
export const firstDay = anchorDay - 400;

export interface ModelPlan {
  /** First UTC day of use; always, when absent. */
  from?: string;
  /** First UTC day without; never, when absent. */
  to?: string;
  /** Tokens of an average request, in the order of `tokenParts`; trailing zeros may be left out. */
  tokens: readonly number[];
}

/** By the snapshot that usage names. Each has a price in the book, but for `gpt-6-rosalind`, which is nowhere published. */
export const modelPlans: Readonly<Record<string, ModelPlan>> = {
  'gpt-4o-mini-2024-07-18': { tokens: [820, 260, 0, 0, 0, 0, 0, 0, 190] },
  'gpt-4o-2024-08-06': { tokens: [1450, 600, 0, 0, 0, 0, 340, 60, 310] },
  'gpt-4.1-2025-04-14': { tokens: [2100, 900, 0, 0, 0, 0, 0, 0, 420] },
  'gpt-4.1-mini-2025-04-14': { tokens: [1200, 500, 0, 0, 0, 0, 0, 0, 240] },
  'gpt-5-2025-08-07': { tokens: [1900, 1400, 0, 0, 0, 0, 0, 0, 900] },
  'gpt-5-mini-2025-08-07': { tokens: [1100, 700, 0, 0, 0, 0, 0, 0, 520] },
  'o3-2025-04-16': { to: '2026-06-01', tokens: [1700, 300, 0, 0, 0, 0, 0, 0, 1600] },
  'gpt-5.4-mini-2026-03-17': { from: '2026-03-17', tokens: [1300, 900, 0, 0, 0, 0, 0, 0, 450] },
  'gpt-5.6-sol': { from: '2026-07-09', tokens: [2600, 5200, 700, 0, 0, 0, 0, 0, 1100] },
  'gpt-6-luna': { from: '2026-09-22', tokens: [1500, 2400, 300, 0, 0, 0, 0, 0, 500] },
  'gpt-6.1-terra': { from: '2026-10-26', tokens: [2400, 6800, 400, 900, 0, 0, 0, 0, 1300] },
  'gpt-6-rosalind': { from: '2026-10-12', tokens: [5200, 0, 0, 0, 0, 0, 0, 0, 2100] },
  'gpt-realtime-2': { from: '2026-03-05', tokens: [160, 420, 0, 0, 900, 1300, 80, 40, 90, 620] },
  'ft:gpt-4.1-mini-2025-04-14:northwind:support:Ck2vX9Qe': {
    from: '2025-12-01',
    tokens: [640, 0, 0, 0, 0, 0, 0, 0, 130],
  },
};

export type Tier = 'default' | 'flex' | 'priority' | 'batch';

export interface ProjectPlan {
  name: string;
  shape: DayShape;
  keys: number;
  /** Model requests of an average key on an ordinary day in the middle of the plan. */
  requestsPerKey: number;
  /** Which share of its requests goes to which model and tier. */
  models: readonly (readonly [model: string, tier: Tier, share: number])[];
  /** What else its keys use, per 100 model requests. */
  extras?: Partial<Record<ExtraUse, number>>;
  /** Bytes kept in vector stores on the anchor day. */
  storedBytes?: number;
  createdDaysAgo: number;
  archivedDaysAgo?: number;
  /** Default `GLOBAL`. */
  residency?: 'EU_STORAGE_PROCESSING';
  /** Has use that no API key did: people trying things in the dashboard. */
  hasPlayground?: boolean;
  /** One of its keys works through the Agents API. */
  usesAgents?: boolean;
}

export type ExtraUse =
  | 'embeddings-small'
  | 'embeddings-large'
  | 'moderations'
  | 'images'
  | 'speeches'
  | 'transcriptions'
  | 'containers'
  | 'file-search'
  | 'web-search';

const gibibyte = 2 ** 30;
const fineTune = 'ft:gpt-4.1-mini-2025-04-14:northwind:support:Ck2vX9Qe';

// oxfmt-ignore
export const projectPlans: readonly ProjectPlan[] = [
  { name: 'Default project', shape: 'office', keys: 2, requestsPerKey: 40, createdDaysAgo: 700, hasPlayground: true,
    models: [['gpt-4o-mini-2024-07-18', 'default', 0.6], ['gpt-4o-2024-08-06', 'default', 0.4]] },
  { name: 'Support assistant', shape: 'consumer', keys: 8, requestsPerKey: 2600, createdDaysAgo: 620, residency: 'EU_STORAGE_PROCESSING',
    models: [['gpt-4.1-mini-2025-04-14', 'default', 0.35], [fineTune, 'default', 0.3], ['gpt-5-mini-2025-08-07', 'priority', 0.15], ['gpt-6-luna', 'default', 0.4]],
    extras: { moderations: 60, 'embeddings-small': 25, 'file-search': 8 }, storedBytes: 42 * gibibyte },
  { name: 'Search ranking', shape: 'consumer', keys: 5, requestsPerKey: 5200, createdDaysAgo: 560,
    models: [['gpt-4o-mini-2024-07-18', 'default', 0.7], ['gpt-5.4-mini-2026-03-17', 'flex', 0.3]],
    extras: { 'embeddings-small': 80, 'embeddings-large': 10 } },
  { name: 'Document pipeline', shape: 'night', keys: 5, requestsPerKey: 1900, createdDaysAgo: 520,
    models: [['gpt-4.1-2025-04-14', 'batch', 0.7], ['gpt-4.1-2025-04-14', 'default', 0.1], ['gpt-5-2025-08-07', 'flex', 0.2], ['gpt-6.1-terra', 'batch', 0.3]],
    extras: { 'embeddings-large': 35, 'file-search': 4 }, storedBytes: 310 * gibibyte },
  { name: 'Developer tools', shape: 'office', keys: 4, requestsPerKey: 700, createdDaysAgo: 480, usesAgents: true,
    models: [['gpt-5-2025-08-07', 'default', 0.5], ['o3-2025-04-16', 'default', 0.2], ['gpt-5.6-sol', 'priority', 0.3], ['gpt-6.1-terra', 'default', 0.5]],
    extras: { containers: 6, 'web-search': 9 } },
  { name: 'Mobile app', shape: 'consumer', keys: 4, requestsPerKey: 3100, createdDaysAgo: 450,
    models: [['gpt-4o-mini-2024-07-18', 'default', 0.5], ['gpt-5-mini-2025-08-07', 'default', 0.5]],
    extras: { moderations: 90, images: 2 } },
  { name: 'Voice agents', shape: 'consumer', keys: 3, requestsPerKey: 420, createdDaysAgo: 300,
    models: [['gpt-realtime-2', 'default', 0.8], ['gpt-4o-mini-2024-07-18', 'default', 0.2]],
    extras: { speeches: 45, transcriptions: 70 } },
  { name: 'Research', shape: 'office', keys: 3, requestsPerKey: 160, createdDaysAgo: 380,
    models: [['gpt-5-2025-08-07', 'default', 0.4], ['gpt-5.6-sol', 'flex', 0.4], ['gpt-6-rosalind', 'default', 0.2]],
    extras: { 'web-search': 40, containers: 12 } },
  { name: 'Image studio', shape: 'office', keys: 2, requestsPerKey: 90, createdDaysAgo: 260,
    models: [['gpt-4o-2024-08-06', 'default', 1]], extras: { images: 160 } },
  { name: 'Evaluation', shape: 'night', keys: 2, requestsPerKey: 800, createdDaysAgo: 200,
    models: [['gpt-5-mini-2025-08-07', 'batch', 0.5], ['gpt-5.4-mini-2026-03-17', 'batch', 0.5]] },
  { name: 'Legacy chatbot', shape: 'consumer', keys: 1, requestsPerKey: 1500, createdDaysAgo: 690, archivedDaysAgo: 140,
    models: [['gpt-4o-2024-08-06', 'default', 1]] },
  { name: 'Hackathon', shape: 'office', keys: 1, requestsPerKey: 300, createdDaysAgo: 350, archivedDaysAgo: 240,
    models: [['gpt-4o-mini-2024-07-18', 'default', 1]], extras: { images: 20 } },
];

// oxfmt-ignore
export const people: readonly string[] = [
  'Ada Marsh', 'Bruno Keller', 'Chiara Neri', 'Dmitri Volkov', 'Emi Tanaka', 'Farah Aziz', 'Goran Petrov', 'Hana Novak',
];
