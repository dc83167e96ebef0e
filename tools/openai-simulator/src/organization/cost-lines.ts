import type { OtherKind } from '#pricing/price-sheet.js';
import type { BilledPrices } from './billed-prices.js';
import { billingTerms } from './billing-terms.js';
import { secondsPerDay } from './day-shape.js';
import {
  tokenParts,
  type DimensionValue,
  type TokenPart,
  type UsageKind,
  type UsageLeaf,
  type UsageSlice,
} from './usage-leaf.js';

export interface CostLine {
  /** What each line can be grouped by. */
  dimensions: {
    project_id: DimensionValue;
    api_key_id: DimensionValue;
    user_id: DimensionValue;
    api_source: DimensionValue;
    line_item: string;
  };
  picoUsd: bigint;
  quantity: number;
  /** Null where OpenAI has no unit for it, such as calls. */
  unit: string | null;
}

const lineNames: Readonly<Record<TokenPart, string>> = {
  inputUncachedTokens: 'input_tokens',
  inputCachedTokens: 'cached_input_tokens',
  cacheWriteTokens: 'cache_write_tokens',
  cacheWrite12hTokens: 'cache_write_12h_tokens',
  audioInputTokens: 'audio_input_tokens',
  audioCachedInputTokens: 'cached_audio_input_tokens',
  imageInputTokens: 'image_input_tokens',
  imageCachedInputTokens: 'cached_image_input_tokens',
  outputTokens: 'output_tokens',
  audioOutputTokens: 'audio_output_tokens',
  imageOutputTokens: 'image_output_tokens',
};

interface SingleLine {
  /** The line item, after the model where one did the work. */
  name: (leaf: UsageLeaf) => string;
  unit: string | null;
  picoUsd: (prices: BilledPrices, leaf: UsageLeaf) => bigint;
}

const inputTokens: SingleLine = {
  name: (leaf) => `${String(leaf.dimensions.model)}, input_tokens`,
  unit: 'tokens',
  picoUsd: (prices, leaf) => prices.ofToken(leaf, 'inputUncachedTokens'),
};

/** A tool's calls have a line without a model, and no unit. */
function toolLine(name: string, kind: OtherKind): SingleLine {
  return { name: () => name, unit: null, picoUsd: (prices, leaf) => prices.ofUnit(leaf, kind) };
}

const singleLines: Readonly<Record<Exclude<UsageKind, 'completions' | 'vector_stores'>, SingleLine>> = {
  embeddings: inputTokens,
  moderations: inputTokens,
  images: {
    name: ({ dimensions }) => `${String(dimensions.model)}, ${String(dimensions.size)}`,
    unit: 'images',
    picoUsd: (prices, leaf) => prices.ofUnit(leaf, 'image'),
  },
  audio_speeches: {
    name: ({ dimensions }) => `${String(dimensions.model)}, characters`,
    unit: 'characters',
    picoUsd: (prices, leaf) => prices.ofUnit(leaf, 'speechCharacter'),
  },
  audio_transcriptions: {
    name: ({ dimensions }) => `${String(dimensions.model)}, audio`,
    unit: 'duration_seconds',
    picoUsd: (prices, leaf) => prices.ofUnit(leaf, 'audioHour') / 3600n,
  },
  code_interpreter_sessions: toolLine('Code interpreter sessions', 'containerSession'),
  file_search_calls: toolLine('File search tool calls', 'fileSearchCall'),
  web_search_calls: toolLine('Web search tool calls', 'webSearchCall'),
};

/** What a slice of usage costs, a line for each of its parts that is not empty. */
export function costLinesOf(prices: BilledPrices, slice: UsageSlice): CostLine[] {
  const { leaf, counts } = slice;
  const [count = 0] = counts;
  if (leaf.kind === 'vector_stores') return [storageLine(slice, count)];
  if (leaf.kind !== 'completions') {
    const { name, unit, picoUsd } = singleLines[leaf.kind];
    return perUnit(slice, { lineItem: name(leaf), unit, quantity: count, picoUsdPerUnit: picoUsd(prices, leaf) });
  }
  return tokenParts.flatMap((part, index) => {
    const quantity = counts[index] ?? 0;
    if (quantity === 0) return [];
    const lineItem = `${String(leaf.dimensions.model)}, ${lineNames[part]}`;
    return perUnit(slice, { lineItem, unit: 'tokens', quantity, picoUsdPerUnit: prices.ofToken(leaf, part) });
  });
}

function perUnit(
  slice: UsageSlice,
  { picoUsdPerUnit, ...line }: { lineItem: string; unit: string | null; quantity: number; picoUsdPerUnit: bigint },
): CostLine[] {
  return line.quantity === 0 ? [] : [toLine(slice, { ...line, picoUsd: BigInt(line.quantity) * picoUsdPerUnit })];
}

/** Cut from the day's start like everything else, so that parts of a day sum to its price. */
function storageLine(slice: UsageSlice, bytes: number): CostLine {
  const perDay = (BigInt(bytes) * billingTerms.storage.picoUsdPerGibibyteDay) / 2n ** 30n;
  const until = (second: number): bigint => (perDay * BigInt(second)) / BigInt(secondsPerDay);
  const hours = (slice.toSecond - slice.fromSecond) / 3600;
  return toLine(slice, {
    lineItem: 'Vector store storage',
    unit: 'gibibyte_hours',
    quantity: (bytes / 2 ** 30) * hours,
    picoUsd: until(slice.toSecond) - until(slice.fromSecond),
  });
}

function toLine(
  { leaf }: UsageSlice,
  billed: { lineItem: string; unit: string | null; quantity: number; picoUsd: bigint },
): CostLine {
  const { project_id, api_key_id = null, user_id = null, api_source = 'unlabeled' } = leaf.dimensions;
  const { lineItem, unit, quantity, picoUsd } = billed;
  return {
    dimensions: { project_id: project_id ?? null, api_key_id, user_id, api_source, line_item: lineItem },
    picoUsd,
    quantity,
    unit,
  };
}
