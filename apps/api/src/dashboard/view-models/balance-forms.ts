import { links } from './links.js';

export const balanceForms = ['sync', 'deposit', 'correct'] as const;
export type BalanceForm = (typeof balanceForms)[number];

/** What stands in the fields of the page's forms, right or wrong. */
export interface BalanceFormValues {
  stated: string;
  amount: string;
  /** `YYYY-MM-DD`, UTC; empty for now. */
  at: string;
  /** `YYYY-MM-DD`, UTC; empty for a year later. */
  lastDay: string;
  note: string;
  reason: string;
  /** Sent with the form, so that one that is sent twice counts once. */
  idempotencyKey: string;
}

export interface BalanceFormsInput {
  /** The form that was sent and is wrong; null when none was. */
  sent: BalanceForm | null;
  values: BalanceFormValues;
  /** Sentences by field; `form` for what no field shows. */
  errors: Partial<Record<keyof BalanceFormValues | 'form', string>>;
}

interface FormView {
  action: string;
  isOpen: boolean;
  values: BalanceFormValues;
  errors: Record<keyof BalanceFormValues | 'form', string>;
}

export type BalanceFormsView = Record<BalanceForm, FormView> & {
  /** The last day that a deposit can have been paid on. */
  today: string;
};

const noErrors = { stated: '', amount: '', at: '', lastDay: '', note: '', reason: '', idempotencyKey: '', form: '' };

/** The form that was sent keeps what was typed and says what is wrong; the others are empty. */
export function balanceFormsView(
  { sent, values, errors }: BalanceFormsInput,
  { organizationId, today }: { organizationId: string; today: string },
): BalanceFormsView {
  const empty = { stated: '', amount: '', at: '', lastDay: '', note: '', reason: '' };
  const view = (form: BalanceForm): FormView => ({
    action: links.balanceAction(organizationId, form),
    isOpen: sent === form,
    values: sent === form ? values : { ...empty, idempotencyKey: values.idempotencyKey },
    errors: sent === form ? { ...noErrors, ...errors } : noErrors,
  });
  return { sync: view('sync'), deposit: view('deposit'), correct: view('correct'), today };
}
