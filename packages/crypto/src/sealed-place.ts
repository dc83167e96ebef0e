/** Where a sealed value lives. It is part of the seal: the value opens nowhere else. */
export interface SealedPlace {
  tenantId: string;
  rowId: string;
  /** The column or purpose within the row, as one row may hold several secrets. */
  field: string;
}

/** The texts that an envelope is bound to. The order is part of the format. */
export function placeParts({ tenantId, rowId, field }: SealedPlace): string[] {
  return [tenantId, rowId, field];
}
