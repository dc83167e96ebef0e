import { z } from 'zod';
import { newId } from '#core/ids.js';
import type { Problem } from '#core/problem.js';
import { correctionBody, depositBody, syncBody } from '../../routes/ledger-schemas.js';
import type { BalanceForm, BalanceFormsInput, BalanceFormValues } from '../view-models/balance-forms.js';
import type { Visit } from './page-route.js';
import { errorsOf } from './parse-fields.js';
import { typedAmount } from './typed-amount.js';

// The same rules as the JSON API's; a form sends all of its fields, and an empty one for what is not given.
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

export function emptyForms(): BalanceFormsInput {
  return { sent: null, values: valuesOf({ idempotencyKey: newId() }), errors: {} };
}

/** The form as it was sent, with what is wrong. */
export function refusedForm(sent: BalanceForm, form: Visit['form'], problem: Problem): BalanceFormsInput {
  // What was refused was not entered, and what is sent next may be another thing.
  return { sent, values: { ...valuesOf(form), idempotencyKey: newId() }, errors: errorsOf(problem, fieldNames) };
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
