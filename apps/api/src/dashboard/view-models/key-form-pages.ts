import type { PicoUsd } from '#core/money.js';
import type { ProbeMode } from '#domain/provider-keys/provider-key.js';
import { formatInterval } from '../format/format-duration.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { formatCount } from '../format/format-tokens.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { links } from './links.js';

/** Models that a probe can ask, with what one probe costs there. Null: the price is not known. */
export interface ModelChoice {
  model: string;
  costPerProbe: PicoUsd | null;
}

export interface KeyFormValues {
  label: string;
  model: string;
  probeMode: ProbeMode;
  /** Null: the installation's default. */
  intervalSecs: number | null;
  /** Decimal USD, as typed. */
  dailyCapUsd: string;
}

export interface KeyFormInput {
  frame: FrameInput;
  /** What was typed, or the present values. A secret is never among them. */
  values: KeyFormValues;
  models: ModelChoice[];
  defaultIntervalSecs: number;
  /** Faults by field; `form` for one that no field has. */
  errors: Record<string, string>;
  /** Null when the key is new. */
  existing: { id: string; label: string; mask: string } | null;
  /** Stored or asked for; it can run no model, so it has none to choose, and its tests are free. */
  isAdminKey: boolean;
}

export interface KeyFormPage {
  frame: Frame;
  isNew: boolean;
  isAdminKey: boolean;
  title: string;
  values: KeyFormValues;
  mask: string;
  models: { value: string; costPerProbe: string; price: string; isSelected: boolean }[];
  modes: { value: string; label: string; hint: string; isSelected: boolean }[];
  /** An empty value is the default; `secs` is how long any of them is. */
  intervals: { value: string; secs: number; label: string; isSelected: boolean }[];
  /** What the chosen probe will cost per day; the page's script keeps it current while choosing. */
  cost: { perDay: MoneyView; probesPerDay: string };
  errors: { label: string; key: string; model: string; dailyCapUsd: string; form: string };
  /** Where the reader goes on: the first field with a fault, else the first of all. */
  focus: Record<FocusedField, boolean>;
  hrefs: { submit: string; cancel: string };
}

const focusedFields = ['label', 'key', 'model', 'dailyCapUsd'] as const;
type FocusedField = (typeof focusedFields)[number];

const secsPerDay = 86_400;
const offeredIntervals = [60, 300, 900, 3_600, 21_600, 86_400];

export function keyFormPage(input: KeyFormInput): KeyFormPage {
  const { values, existing, errors, isAdminKey } = input;
  const title = existing ? `Edit ${existing.label}` : isAdminKey ? 'Connect an organization' : 'Add a key';
  return {
    frame: buildFrame(input.frame, { section: 'keys', title }),
    isNew: existing === null,
    isAdminKey,
    title,
    values,
    mask: existing?.mask ?? '',
    models: modelOptions(input),
    modes: modeOptions(values.probeMode, isAdminKey ? adminModes : projectModes),
    intervals: intervalOptions(input),
    cost: expectedCostOf(input),
    errors: {
      label: errors['label'] ?? '',
      key: errors['key'] ?? '',
      model: errors['model'] ?? '',
      dailyCapUsd: errors['dailyCapUsd'] ?? '',
      form: errors['form'] ?? '',
    },
    focus: focusOf(errors),
    hrefs: {
      submit: existing ? links.keyAction(existing.id, 'edit') : links.keys(),
      cancel: existing ? links.key(existing.id) : isAdminKey ? links.organizations() : links.keys(),
    },
  };
}

function focusOf(errors: KeyFormInput['errors']): KeyFormPage['focus'] {
  const focused = focusedFields.find((name) => errors[name]) ?? 'label';
  return { label: false, key: false, model: false, dailyCapUsd: false, [focused]: true };
}

function modelOptions({ models, values }: KeyFormInput): KeyFormPage['models'] {
  const isKnown = models.some(({ model }) => model === values.model);
  const all = isKnown || values.model === '' ? models : [{ model: values.model, costPerProbe: null }, ...models];
  return all.map(({ model, costPerProbe }) => ({
    value: model,
    costPerProbe: costPerProbe?.toString() ?? '',
    price: costPerProbe === null ? 'price not known' : `${formatMoney(costPerProbe).text} a probe`,
    isSelected: model === values.model,
  }));
}

interface ModeChoice {
  value: ProbeMode;
  label: string;
  hint: string;
}

const projectModes: readonly ModeChoice[] = [
  {
    value: 'completion',
    label: 'Ask the model',
    hint: 'Proves the key, its credit and its limits. Costs a few tokens.',
  },
  { value: 'models', label: 'List models', hint: 'Free. Proves the key, but not that it has credit.' },
  { value: 'off', label: 'Do not test', hint: 'The key is only stored.' },
];
const adminModes: readonly ModeChoice[] = [
  {
    value: 'models',
    label: 'List admin keys',
    hint: 'Free. Proves that the key lives; an admin key can run no model.',
  },
  { value: 'off', label: 'Do not test', hint: 'Its organization is imported all the same.' },
];

function modeOptions(selected: ProbeMode, modes: readonly ModeChoice[]): KeyFormPage['modes'] {
  return modes.map((mode) => ({ ...mode, isSelected: mode.value === selected }));
}

function intervalOptions({ values, defaultIntervalSecs }: KeyFormInput): KeyFormPage['intervals'] {
  const selected = values.intervalSecs;
  const isOffered = selected === null || offeredIntervals.includes(selected);
  const offered = isOffered ? offeredIntervals : [...offeredIntervals, selected].sort((a, b) => a - b);
  return [
    {
      value: '',
      secs: defaultIntervalSecs,
      label: `${formatInterval(defaultIntervalSecs)} (default)`,
      isSelected: selected === null,
    },
    ...offered.map((secs) => ({
      value: String(secs),
      secs,
      label: formatInterval(secs),
      isSelected: secs === selected,
    })),
  ];
}

function expectedCostOf({ models, values, defaultIntervalSecs }: KeyFormInput): KeyFormPage['cost'] {
  if (values.probeMode === 'off') {
    return { perDay: { text: 'nothing', title: 'No probe is sent', known: true }, probesPerDay: '0' };
  }
  const probes = Math.ceil(secsPerDay / (values.intervalSecs ?? defaultIntervalSecs));
  const probesPerDay = formatCount(probes);
  if (values.probeMode === 'models') {
    return { perDay: { text: 'nothing', title: 'Listing models is free', known: true }, probesPerDay };
  }
  const costPerProbe = models.find(({ model }) => model === values.model)?.costPerProbe ?? null;
  return {
    probesPerDay,
    perDay: formatMoney(costPerProbe === null ? null : costPerProbe * BigInt(probes), {
      estimatedBecause: 'tokens of one probe at most × probes per day × today’s price',
      unknownBecause: 'The price of this model is not known',
    }),
  };
}

export interface KeySecretInput {
  frame: FrameInput;
  key: { id: string; label: string; mask: string };
  error: string;
}

export interface KeySecretPage {
  frame: Frame;
  label: string;
  mask: string;
  error: string;
  hrefs: { submit: string; cancel: string };
}

export function keySecretPage({ frame, key, error }: KeySecretInput): KeySecretPage {
  return {
    frame: buildFrame(frame, { section: 'keys', title: `Replace the secret of ${key.label}` }),
    label: key.label,
    mask: key.mask,
    error,
    hrefs: { submit: links.keyAction(key.id, 'secret'), cancel: links.key(key.id) },
  };
}

export interface KeyDeleteInput {
  frame: FrameInput;
  key: { id: string; label: string; mask: string; isActive: boolean };
  probeRuns: number;
  error: string;
}

export interface KeyDeletePage {
  frame: Frame;
  label: string;
  mask: string;
  probeRuns: string;
  error: string;
  deactivateHref: string | null;
  hrefs: { submit: string; cancel: string };
}

export function keyDeletePage({ frame, key, probeRuns, error }: KeyDeleteInput): KeyDeletePage {
  return {
    frame: buildFrame(frame, { section: 'keys', title: `Delete ${key.label}` }),
    label: key.label,
    mask: key.mask,
    probeRuns: probeRuns === 1 ? '1 probe result' : `${formatCount(probeRuns)} probe results`,
    error,
    deactivateHref: key.isActive ? links.keyAction(key.id, 'deactivate') : null,
    hrefs: { submit: links.keyAction(key.id, 'delete'), cancel: links.key(key.id) },
  };
}
