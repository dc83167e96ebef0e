import type { PriceTier } from './price-sheet.js';

/**
 * The price list for the `service_tier` that an answer reports, i.e. the tier that served it, which may differ from the
 * one asked for. Undefined for a tier without a public price list: `scale` is prepaid by the month, `ultrafast` and
 * later ones are not in any source.
 */
export function priceTierOf(serviceTier: string | null): PriceTier | undefined {
  switch (serviceTier) {
    case null:
    case 'auto':
    case 'default':
    case 'standard':
      return 'standard';
    case 'fast':
    case 'priority':
      return 'priority';
    case 'batch':
    case 'flex':
      return serviceTier;
    default:
      return undefined;
  }
}
