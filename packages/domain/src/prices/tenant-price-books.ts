import type { PriceBook } from '#pricing/price-book.js';

/** The prices that hold for each tenant: the book of this version of the program, and the tenant's overrides on it. */
export interface TenantPriceBooks {
  readonly base: PriceBook;
  of(tenantId: string): Promise<PriceBook>;
}

export function createTenantPriceBooks({ base }: { base: PriceBook }): TenantPriceBooks {
  return { base, of: () => Promise.resolve(base) };
}
