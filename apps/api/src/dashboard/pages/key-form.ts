import { z } from 'zod';
import type { Problem } from '#core/problem.js';
import type { ProviderKeyView } from '#domain/provider-keys/provider-key.js';
import { newKeyFields } from '../../routes/key-schemas.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { keyFormPage, type KeyFormInput, type KeyFormValues } from '../view-models/key-form-pages.js';
import { loadFrame } from './load-frame.js';
import { modelChoices } from './model-choices.js';
import type { Visit } from './page-route.js';
import { errorsOf } from './parse-fields.js';

// The same rules as the JSON API's; a form sends all of its fields, and an empty interval for the default.
const typedInterval = z
  .string()
  .transform((text) => (text === '' ? null : Number(text)))
  .pipe(newKeyFields.shape.intervalSecs.unwrap());
const settings = { ...newKeyFields.pick({ label: true, model: true, probeMode: true, dailyCapUsd: true }).shape };
export const newKeyForm = z.object({
  ...settings,
  key: newKeyFields.shape.key,
  kind: newKeyFields.shape.kind,
  intervalSecs: typedInterval,
});
export const editKeyForm = z.object({ ...settings, intervalSecs: typedInterval });

const fieldNames: Readonly<Record<string, string>> = {
  label: 'The label',
  key: 'The key',
  kind: 'The kind',
  model: 'The model',
  probeMode: 'The way to test it',
  intervalSecs: 'The interval',
  dailyCapUsd: 'The amount',
};

interface DrawnForm extends Pick<KeyFormInput, 'values'> {
  existing: Pick<ProviderKeyView, 'id' | 'label' | 'mask' | 'kind'> | null;
  errors?: KeyFormInput['errors'];
}

const notAnAdminKey = 'Admin keys begin with “sk-admin-”. Any other key is added on the page Keys.';

/** The form with these values. */
export async function drawKeyForm(
  deps: DashboardDeps,
  visit: Visit,
  { values, existing, errors = {} }: DrawnForm,
): Promise<string> {
  const priceBook = await deps.priceBooks.of(visit.tenant.id);
  const including = [...new Set([deps.defaults.model, values.model])];
  const model = keyFormPage({
    frame: await loadFrame(deps, visit),
    values,
    existing,
    isAdminKey: existing ? existing.kind === 'admin' : wantsAdminKey(visit),
    errors,
    models: modelChoices({ priceBook }, { including, at: deps.clock.now() }),
    defaultIntervalSecs: deps.settings.policy.defaultIntervalSecs,
  });
  return deps.renderer.render('key-form', model);
}

/** Whoever comes to connect an organization. */
const wantsAdminKey = ({ query, form }: Pick<Visit, 'query' | 'form'>): boolean =>
  (form['kind'] ?? query['kind']) === 'admin';

/** What is chosen from a list has no place for words beside it: they stand above the form. */
export function keyFormErrors(problem: Problem): Record<string, string> {
  const { form = '', probeMode = '', intervalSecs = '', kind, ...beside } = errorsOf(problem, fieldNames);
  return {
    ...beside,
    ...(kind && { key: notAnAdminKey }),
    form: [form, probeMode, intervalSecs].filter(Boolean).join(' '),
  };
}

export function newKeyValues({ defaults }: DashboardDeps, visit: Pick<Visit, 'query' | 'form'>): KeyFormValues {
  const { model, dailyCapUsd } = defaults;
  const probeMode = wantsAdminKey(visit) ? 'models' : 'completion';
  return { label: '', model, probeMode, intervalSecs: null, dailyCapUsd };
}

export function valuesOf(key: ProviderKeyView): KeyFormValues {
  const { label, model, probeMode, probeIntervalSecs: intervalSecs, probeDailyCapUsd: dailyCapUsd } = key;
  return { label, model, probeMode, intervalSecs, dailyCapUsd };
}

/** What was typed, right or wrong, over `before`. A secret is not among it. */
export function typedValues(form: Visit['form'], before: KeyFormValues): KeyFormValues {
  return {
    label: form['label'] ?? before.label,
    model: form['model'] ?? before.model,
    probeMode: newKeyFields.shape.probeMode.safeParse(form['probeMode']).data ?? before.probeMode,
    intervalSecs: typedInterval.safeParse(form['intervalSecs']).data ?? null,
    dailyCapUsd: form['dailyCapUsd'] ?? before.dailyCapUsd,
  };
}
