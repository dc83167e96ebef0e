import type { ProbeMode } from '#domain/provider-keys/provider-key.js';
import type { ProbeOutcome } from '#openai/probe-outcome.js';
import type { Behaviour } from '#simulator/simulated-key.js';

export interface DemoKey {
  label: string;
  model: string;
  /** What the simulator does with it from now on. */
  behaviour: Behaviour;
  /** What probes found since `sinceDays` ago; before, it was fine. Must be what the behaviour leads to. */
  now: { outcome: ProbeOutcome; sinceDays: number };
  /** Share of probes that met trouble of OpenAI's or the network's. Default 0.5 %. */
  troubleShare?: number;
  /** What the product behind the key sent, at its busiest hour. Absent: nothing. */
  traffic?: { requestsPerHour: number; inputTokens: number; outputTokens: number; officeHours?: true };
  kind?: 'admin';
  /** It is the key of that name in the organization that the admin key opens. */
  nameAtOpenAi?: string;
  probeMode?: ProbeMode;
  isActive?: false;
  /** The stored ciphertext is damaged, as after a restored backup that does not belong to its master key. */
  isDamaged?: true;
}

export interface DemoTenant {
  slug: string;
  name: string;
  reportingTimeZone: string;
  keys: readonly DemoKey[];
}

const fine = { outcome: 'ok', sinceDays: 60 } as const;

/** Every state of health at least once; `default` is the one that the first access token opens. */
export const demoTenants: readonly DemoTenant[] = [
  {
    slug: 'default',
    name: 'Default',
    reportingTimeZone: 'UTC',
    keys: [
      {
        label: 'Support assistant',
        model: 'gpt-4o-mini',
        behaviour: 'healthy',
        now: fine,
        traffic: { requestsPerHour: 900, inputTokens: 2_400, outputTokens: 320 },
      },
      {
        label: 'Document search',
        model: 'gpt-4.1-mini',
        behaviour: 'healthy',
        now: fine,
        traffic: { requestsPerHour: 260, inputTokens: 6_800, outputTokens: 410, officeHours: true },
      },
      {
        label: 'Contract review',
        model: 'gpt-5-mini',
        behaviour: 'slow',
        now: fine,
        traffic: { requestsPerHour: 45, inputTokens: 21_000, outputTokens: 2_600, officeHours: true },
      },
      {
        label: 'Voice notes',
        model: 'gpt-4o',
        behaviour: 'flaky',
        now: fine,
        troubleShare: 0.3,
        traffic: { requestsPerHour: 35, inputTokens: 1_500, outputTokens: 600 },
      },
      {
        label: 'Marketing drafts',
        model: 'gpt-4o',
        behaviour: 'credit-exhausted',
        now: { outcome: 'quota-exhausted', sinceDays: 2 },
        traffic: { requestsPerHour: 30, inputTokens: 1_100, outputTokens: 1_900, officeHours: true },
      },
      {
        label: 'Old mobile app',
        model: 'gpt-4o-mini',
        behaviour: 'invalid',
        now: { outcome: 'invalid-key', sinceDays: 19 },
        traffic: { requestsPerHour: 120, inputTokens: 700, outputTokens: 180 },
      },
      {
        label: 'Contractor',
        model: 'gpt-4o-mini',
        behaviour: 'missing-scope',
        now: { outcome: 'missing-scope', sinceDays: 33 },
      },
      {
        label: 'Load tests',
        model: 'gpt-4o-mini',
        behaviour: 'rate-limited',
        now: { outcome: 'rate-limited', sinceDays: 0.2 },
        traffic: { requestsPerHour: 400, inputTokens: 300, outputTokens: 60, officeHours: true },
      },
      {
        label: 'Document pipeline',
        model: 'gpt-4.1-mini',
        behaviour: 'healthy',
        now: fine,
        nameAtOpenAi: 'document-pipeline-1',
      },
      {
        label: 'Search ranking',
        model: 'gpt-4o-mini',
        behaviour: 'healthy',
        now: fine,
        nameAtOpenAi: 'search-ranking-2',
      },
      {
        label: 'Reporting (admin)',
        model: 'gpt-4o-mini',
        behaviour: 'healthy',
        now: fine,
        kind: 'admin',
        probeMode: 'models',
      },
      { label: 'Spare', model: 'gpt-4o-mini', behaviour: 'healthy', now: fine, probeMode: 'off' },
    ],
  },
  {
    slug: 'brightside',
    name: 'Brightside Agency',
    reportingTimeZone: 'Europe/Berlin',
    keys: [
      {
        label: 'Newsroom',
        model: 'gpt-4.1',
        behaviour: 'healthy',
        now: fine,
        traffic: { requestsPerHour: 60, inputTokens: 3_100, outputTokens: 900, officeHours: true },
      },
      {
        label: 'Shop texts',
        model: 'gpt-4.1-nano',
        behaviour: 'project-limit',
        now: { outcome: 'limit-reached', sinceDays: 0.6 },
        traffic: { requestsPerHour: 700, inputTokens: 900, outputTokens: 350 },
      },
      {
        label: 'Preview models',
        model: 'gpt-next-preview',
        behaviour: 'no-model',
        now: { outcome: 'model-unavailable', sinceDays: 5 },
        traffic: { requestsPerHour: 5, inputTokens: 4_000, outputTokens: 800, officeHours: true },
      },
      {
        label: 'Office network only',
        model: 'gpt-4o-mini',
        behaviour: 'ip-blocked',
        now: { outcome: 'blocked-here', sinceDays: 12 },
      },
      {
        label: 'Former client',
        model: 'gpt-4o-mini',
        behaviour: 'deactivated',
        now: { outcome: 'account-deactivated', sinceDays: 41 },
        isActive: false,
      },
    ],
  },
  {
    slug: 'northwind',
    name: 'Northwind Logistics',
    reportingTimeZone: 'America/New_York',
    keys: [
      {
        label: 'Route planner',
        model: 'gpt-5',
        behaviour: 'healthy',
        now: fine,
        traffic: { requestsPerHour: 25, inputTokens: 7_000, outputTokens: 3_400 },
      },
      {
        label: 'Flex tier trial',
        model: 'gpt-4o-mini',
        behaviour: 'bad-request',
        now: { outcome: 'request-refused', sinceDays: 8 },
      },
      { label: 'Restored backup', model: 'gpt-4o-mini', behaviour: 'healthy', now: fine, isDamaged: true },
      {
        label: 'New warehouse',
        model: 'gpt-4o-mini',
        behaviour: 'overloaded',
        now: { outcome: 'provider-error', sinceDays: 60 },
      },
    ],
  },
];
