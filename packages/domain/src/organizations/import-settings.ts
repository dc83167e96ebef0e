import type { Clock } from '#core/clock.js';
import type { Logger } from '#core/logger.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import type { AdminReadDeps } from '#openai/organization/admin-connection.js';
import type { TenantPriceBooks } from '../prices/tenant-price-books.js';

/** How this installation imports; the same in every process that does. */
export interface ImportSettings {
  /** OpenAI's API root, such as `https://api.openai.com/v1`. */
  baseUrl: string;
  /** How far back usage and costs are fetched, in days. */
  historyDays: number;
  /** For how many days unknown results of tenants that have set none are kept; 0, the default: for ever. */
  installationDays?: number;
}

/** One thing that an import has done, for whoever watches. */
export interface ImportStep {
  /** A kind of usage, `costs`, or `inventory`. */
  feed: string;
  /** What was read; null of an inventory, which is of now. */
  from: Date | null;
  to: Date | null;
  /** Rows, lines, or keys. */
  rows: number;
}

export interface ImportDeps extends Pick<AdminReadDeps, 'fetch' | 'sleep' | 'random'> {
  db: Database;
  ring: MasterKeyRing;
  clock: Clock;
  logger: Logger;
  priceBooks: TenantPriceBooks;
  importing: ImportSettings;
  /** Told after each step is committed. */
  onStep?: (step: ImportStep) => void;
}
