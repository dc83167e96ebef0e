import { z } from 'zod';
import { displayedHealths } from '#domain/provider-keys/key-health.js';
import { providerKindFault, providerSecretFault } from '#domain/provider-keys/parse-provider-secret.js';
import { probeModes, providerKeyKinds } from '#domain/provider-keys/provider-key.js';
import { probeOutcomes } from '#openai/probe-outcome.js';
import type { FaultParams } from '../http/code-of-faults.js';
import { addRule } from './add-rule.js';
import { instant, line, nullableInstant, usd } from './schemas.js';

const intervalSecs = z
  .int('must be a whole number of seconds')
  .min(10, 'must be at least 10')
  .max(604_800, 'must be at most 604800 (a week)')
  .nullable()
  .describe('Seconds between probes; null for the installation’s default.');
const dailyCapUsd = usd.describe(
  'Most that paid probes of this key may cost in one UTC day; then the free probe is used.',
);
const probeMode = z
  .enum(probeModes, `must be one of ${probeModes.join(', ')}`)
  .describe('`completion` pays for a minimal answer, `models` is free and proves the key but not its credit.');
const ofNoKey = { code: 'not-a-provider-key' } satisfies FaultParams;
const pastedKey = z
  .string('is required')
  .max(4_096, 'is too long for an OpenAI key')
  .superRefine((pasted, context) => {
    const message = providerSecretFault(pasted);
    if (message !== null) context.addIssue({ code: 'custom', message, params: ofNoKey });
  })
  .describe('The OpenAI key as pasted; white space and quotes around it are removed.');

export const newKeyFields = z.strictObject({
  label: line,
  key: pastedKey,
  kind: z.enum(providerKeyKinds, 'must be project or admin').optional(),
  model: line.optional(),
  probeMode: probeMode.optional(),
  intervalSecs: intervalSecs.optional(),
  dailyCapUsd: dailyCapUsd.optional(),
});

export const newKeyBody = addRule(newKeyFields, ['kind', 'key'], ({ kind, key }) => ({
  kind: providerKindFault(kind, key),
}));

const active = z.boolean('must be true or false');

export const keyPatchBody = z
  .strictObject({
    label: line.optional(),
    model: line.optional(),
    probeMode: probeMode.optional(),
    intervalSecs: intervalSecs.optional(),
    dailyCapUsd: dailyCapUsd.optional(),
    active: active.optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, 'name at least one thing to change');

export const activeBody = z.strictObject({ active });
export const secretBody = z.strictObject({ key: pastedKey });

const lastProbe = z.object({
  at: instant,
  outcome: z.enum(probeOutcomes).nullable(),
  httpStatus: z.int().nullable(),
  errorCode: z.string().nullable().describe('OpenAI’s.'),
  errorMessage: z.string().nullable().describe('OpenAI’s, without anything that looks like a secret.'),
  requestId: z.string().nullable().describe('OpenAI’s.'),
  latencyMs: z.int().nullable(),
});

export const keyJson = z.object({
  id: z.uuid(),
  label: z.string(),
  mask: z.string().describe('Prefix and last four characters of the key.'),
  kind: z.enum(providerKeyKinds),
  model: z.string(),
  probeMode: z.enum(probeModes),
  intervalSecs: z.int().nullable().describe('Null: the installation’s default.'),
  dailyCapUsd: z.string(),
  active: z.boolean(),
  createdAt: instant,
  health: z
    .enum(displayedHealths)
    .describe('What is true now: what the last probe found fades to `unknown` when it is not confirmed.'),
  healthSince: instant,
  lastOkAt: nullableInstant,
  lastProbe: lastProbe.nullable(),
  nextProbeAt: nullableInstant.describe('Null while the key is switched off or not probed.'),
  consecutiveFailures: z.int(),
  probes24h: z.object({ total: z.int(), ok: z.int(), failed: z.int() }),
  expectedDailyCostUsd: z
    .string()
    .nullable()
    .describe('What a day of its probes costs at most, before the cap; null when the model has no price.'),
});

/** A key that was just stored or changed. */
export const changedKeyJson = keyJson.extend({
  notices: z
    .array(z.string())
    .describe('What is stored as asked, and may be a mistake: a model that no price and no usage names.'),
});

export const probeJson = z.object({
  id: z.uuid(),
  startedAt: instant,
  mode: z.enum(['completion', 'models']),
  model: z.string(),
  outcome: z.enum(probeOutcomes),
  ok: z.boolean(),
  httpStatus: z.int().nullable(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  latencyMs: z.int(),
  requestId: z.string().nullable(),
  costUsd: z.string().nullable().describe('Null when unknown (`costBasis` unpriced) or nothing was consumed (null).'),
  costBasis: z.enum(['exact', 'estimated', 'unpriced']).nullable(),
});
