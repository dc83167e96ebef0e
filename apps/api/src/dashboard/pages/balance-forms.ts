import { z } from 'zod';
import { newId } from '#core/ids.js';
import { Problem } from '#core/problem.js';
import { correctionBody, depositBody, syncBody } from '../../routes/ledger-schemas.js';
import type { BalanceForm, BalanceFormsInput, BalanceFormValues } from '../view-models/balance-forms.js';
import type { Visit } from './page-route.js';

// The same rules as the JSON API's; a form sends all of its fields, and an empty one for what is not given.
const typedAmount = z.string().transform(readAmount);
const emptyAsNone = z.string().transform((text) => (text === '' ? undefined : text));
const idempotencyKey = depositBody.shape.idempotencyKey;

export const syncForm = z.object({
  stated: typedAmount.pipe(syncBody.shape.statedUsd),
  reason: syncBody.shape.reason,
  idempotencyKey,
});
export const depositForm = z.object({
  amount: typedAmount.pipe(depositBody.shape.amountUsd),
  at: emptyAsNone.pipe(depositBody.shape.at),
  lastDay: emptyAsNone.pipe(depositBody.shape.lastDay),
  note: depositBody.shape.note,
  idempotencyKey,
});
export const correctForm = z.object({
  amount: typedAmount.pipe(correctionBody.shape.amountUsd.unwrap()),
  reason: correctionBody.shape.reason,
  idempotencyKey,
});

const fieldNames: Readonly<Record<string, string>> = {
  stated: 'The balance',
  amount: 'The amount',
  at: 'The day',
  lastDay: 'The last day',
  note: 'The note',
  reason: 'The reason',
};

/** What people write for an amount, such as `$1,234.50`, `42,93` or `−5`, as a plain decimal; anything else as it is. */
function readAmount(text: string): string {
  const bare = text.replaceAll(/[\s$]|USD/gi, '').replace('−', '-');
  if (/^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(bare)) return bare.replaceAll(',', '');
  return /^-?\d+,\d{1,2}$/.test(bare) ? bare.replace(',', '.') : bare;
}

/** @throws Problem `invalid-request` with a sentence per field */
export function parseBalanceForm<Fields extends z.ZodType>(schema: Fields, form: Visit['form']): z.output<Fields> {
  const parsed = schema.safeParse(form);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path: [name = ''], message }): [string, string] => {
    const field = String(name);
    return [field, `${fieldNames[field] ?? 'This'} ${message}.`];
  });
  throw new Problem('invalid-request', { detail: 'Please look at it again.', fields: Object.fromEntries(faults) });
}

export function emptyForms(): BalanceFormsInput {
  return { sent: null, values: valuesOf({ idempotencyKey: newId() }), errors: {} };
}

/** The form as it was sent, with what is wrong. */
export function refusedForm(sent: BalanceForm, form: Visit['form'], { fields = {}, detail, title }: Problem) {
  const values = valuesOf(form);
  const entries = Object.entries(fields);
  const beside = entries.filter(([name]) => name in values && name !== 'idempotencyKey');
  const above = entries.filter(([name]) => !(name in values) || name === 'idempotencyKey').map(([, words]) => words);
  if (entries.length === 0) above.push(detail ?? title);
  // What was refused was not entered, and what is sent next may be another thing.
  return {
    sent,
    values: { ...values, idempotencyKey: newId() },
    errors: { ...Object.fromEntries(beside), form: above.join(' ') },
  };
}

function valuesOf(form: Visit['form']): BalanceFormValues {
  const text = (name: string) => (form[name] ?? '').slice(0, 300);
  return {
    stated: text('stated'),
    amount: text('amount'),
    at: text('at'),
    lastDay: text('lastDay'),
    note: text('note'),
    reason: text('reason'),
    idempotencyKey: text('idempotencyKey'),
  };
}
