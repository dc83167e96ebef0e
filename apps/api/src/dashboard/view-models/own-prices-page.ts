import type { ReRating } from '#domain/prices/list-re-ratings.js';
import type { NotedOverride } from '#domain/prices/select-overrides.js';
import { priceKinds, priceScales } from '#pricing/price-scale.js';
import { priceTiers } from '#pricing/price-sheet.js';
import { timeFormatFor, type TimeView } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { links } from './links.js';
import { overrideWords, kindWords, type OverrideWords } from './override-words.js';
import { reRatingView, type ReRatingView } from './re-rating-view.js';

/** What was typed, by the names of the form's fields. */
export interface OwnPriceValues {
  model: string;
  percentOff: string;
  usd: string;
  kind: string;
  tier: string;
  context: string;
  from: string;
  lastDay: string;
  note: string;
  csv: string;
}

export const noOwnPriceValues: OwnPriceValues = {
  model: '',
  percentOff: '',
  usd: '',
  kind: '',
  tier: '',
  context: '',
  from: '',
  lastDay: '',
  note: '',
  csv: '',
};

export interface OwnPricesPageInput {
  frame: FrameInput;
  overrides: readonly NotedOverride[];
  reRatings: readonly ReRating[];
  /** To choose from. */
  models: readonly string[];
  version: string;
  values: OwnPriceValues;
  /** Sentences by field; `form` for what no field shows. */
  errors: Partial<Record<keyof OwnPriceValues | 'form', string>>;
}

export interface OwnPricesPage {
  frame: Frame;
  total: string;
  version: string;
  rows: (OverrideWords & { id: string; note: string; createdBy: string; created: TimeView })[];
  reRatings: ReRatingView[];
  models: readonly string[];
  values: OwnPriceValues;
  errors: Record<keyof OwnPriceValues | 'form', string>;
  isCsvOpen: boolean;
  kinds: Choice[];
  tiers: Choice[];
  contexts: Choice[];
  hrefs: { prices: string; preview: string; csv: string };
}

interface Choice {
  value: string;
  label: string;
  isSelected: boolean;
}

export function ownPricesPage(input: OwnPricesPageInput): OwnPricesPage {
  const { values, overrides, frame } = input;
  const time = timeFormatFor(frame.tenant.reportingTimeZone);
  // Names of tokens and what people typed are for who is signed in.
  const shown = (text: string) => (frame.viewer.name === null ? '' : text);
  const errors = Object.fromEntries(
    [...Object.keys(noOwnPriceValues), 'form'].map((name) => [name, input.errors[name as keyof OwnPriceValues] ?? '']),
  ) as OwnPricesPage['errors'];
  return {
    frame: buildFrame(frame, { section: 'prices', title: 'Your own prices' }),
    total: overrides.length === 0 ? '' : formatCount(overrides.length),
    version: input.version,
    rows: overrides.toReversed().map((override) => ({
      ...overrideWords(override),
      id: override.id,
      note: shown(override.note),
      createdBy: shown(override.createdBy),
      created: time.ago(override.createdAt, frame.now),
    })),
    reRatings: input.reRatings.map((reRating) =>
      reRatingView({ ...reRating, requestedBy: shown(reRating.requestedBy) }, { time, now: frame.now }),
    ),
    models: input.models,
    values,
    errors,
    isCsvOpen: values.csv !== '' || errors.csv !== '',
    kinds: [
      { value: '', label: 'Every kind (discounts alone)', isSelected: values.kind === '' },
      ...priceKinds.map((kind) => ({
        value: kind,
        label: `${kindWords[kind]}, per ${priceScales[kind].per}`,
        isSelected: kind === values.kind,
      })),
    ],
    tiers: choices('Every tier', priceTiers, values.tier),
    contexts: choices('Short and long', ['short', 'long'], values.context),
    hrefs: { prices: links.prices(), preview: links.ownPrices('preview'), csv: links.pricesCsv({}) },
  };
}

function choices(every: string, names: readonly string[], selected: string): Choice[] {
  return [
    { value: '', label: every, isSelected: selected === '' },
    ...names.map((value) => ({ value, label: value, isSelected: value === selected })),
  ];
}
