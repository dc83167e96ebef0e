import type { PicoUsd } from '#core/money.js';
import { isProvisional } from '../organizations/billed-day.js';
import { addDays, monthOf } from '../spend/local-days.js';
import type { FocusLine } from './list-focus-lines.js';

/** Text is made safe for spreadsheets; an exact number, money or quantity, is written as it is. */
export type FocusValue = string | PicoUsd | null;

/**
 * Columns of FOCUS 1.2 (FinOps Open Cost and Usage Specification), and ours, which begin with `x_` as it
 * asks. What OpenAI does not tell is null: no column is filled by guessing. Where a list price is not known, the
 * specification has list and contracted cost equal the billed cost.
 */
export const focusColumns: Readonly<Record<string, (line: FocusLine) => FocusValue>> = {
  BilledCost: (line) => line.billed,
  BillingAccountId: (line) => line.openaiId ?? line.organizationId,
  BillingAccountName: (line) => line.organizationName,
  BillingAccountType: () => 'Organization',
  BillingCurrency: () => 'USD',
  BillingPeriodStart: (line) => midnightOf(monthOf(line.day).fromDay),
  BillingPeriodEnd: (line) => midnightOf(monthOf(line.day, 1).fromDay),
  ChargeCategory: () => 'Usage',
  ChargeClass: () => null,
  ChargeDescription: (line) => line.lineItem || null,
  ChargeFrequency: () => 'Usage-Based',
  ChargePeriodStart: (line) => midnightOf(line.day),
  ChargePeriodEnd: (line) => midnightOf(addDays(line.day, 1)),
  ConsumedQuantity: (line) => line.quantity,
  ConsumedUnit: unitOf,
  ContractedCost: (line) => line.billed,
  ContractedUnitPrice: () => null,
  EffectiveCost: (line) => line.billed,
  InvoiceIssuerName: () => 'OpenAI',
  ListCost: (line) => line.billed,
  ListUnitPrice: () => null,
  PricingCategory: () => 'Standard',
  PricingCurrency: () => 'USD',
  PricingQuantity: (line) => line.quantity,
  PricingUnit: unitOf,
  ProviderName: () => 'OpenAI',
  PublisherName: () => 'OpenAI',
  RegionId: regionOf,
  RegionName: regionOf,
  ResourceId: (line) => line.apiKeyId || null,
  ResourceName: (line) => line.keyName,
  ResourceType: (line) => (line.apiKeyId ? 'API key' : null),
  ServiceCategory: () => 'AI and Machine Learning',
  ServiceName: () => 'OpenAI API',
  ServiceSubcategory: () => 'Generative AI',
  SkuId: (line) => line.lineItem || null,
  SkuPriceId: () => null,
  SubAccountId: (line) => line.projectId || null,
  SubAccountName: (line) => line.projectName,
  SubAccountType: (line) => (line.projectId ? 'Project' : null),
  Tags: () => null,
  x_IsProvisional: (line) => String(isProvisional(line.day, line.readAt)),
  x_ReadAt: (line) => line.readAt?.toISOString() ?? null,
  x_Model: (line) => line.model || null,
  x_ReportedCost: (line) => line.reported,
  x_MeasuredCost: (line) => line.measured,
};

/**
 * OpenAI names none for what is simply counted, such as a tool's calls; FOCUS 1.2 wants one beside every quantity, and has
 * `Count` for these. A unit without a quantity says nothing.
 */
function unitOf({ quantity, quantityUnit }: FocusLine): string | null {
  return quantity === null ? null : quantityUnit || 'Count';
}

/**
 * FOCUS 1.2 wants the region a service is provided from, by the name under which it is bought, and null where it is in none.
 * OpenAI's projects are made for a region such as `EU`, and keep it. One that only stores there is served from anywhere; of
 * a word that is new nobody knows what it means.
 */
function regionOf({ residency }: FocusLine): string | null {
  return /^([A-Z]{2})_STORAGE_PROCESSING$/.exec(residency ?? '')?.[1] ?? null;
}

function midnightOf(day: string): string {
  return `${day}T00:00:00Z`;
}
