import { Prisma } from '#db/rows.js';
import type { ImportFailure } from './import-failure.js';

/** A limit on spend as set at OpenAI, which enforces it. */
export interface SetSpendLimit {
  /** Decimal USD. */
  usd: string;
  /** `month`, so far the only one. */
  interval: string;
  /** As OpenAI states it, without saying whether a limit that is not reached counts as enforcing. */
  isEnforcing: boolean;
}

/** An alert on spend as set at OpenAI, which sends it. */
export interface SetSpendAlert {
  id: string;
  /** Decimal USD. */
  usd: string;
  interval: string;
  recipients: string[];
}

/** An OpenAI organization as it may be shown. */
export interface OrganizationView {
  id: string;
  name: string;
  /** What OpenAI calls it, `org-…`; null until OpenAI has told. */
  openaiId: string | null;
  /** The admin key that opens it, or opened it last. */
  providerKeyId: string;
  keyLabel: string;
  /** Its key is stored and active, so it is imported; else only its history is here. */
  isConnected: boolean;
  createdAt: Date;
  nextImportAt: Date;
  isImporting: boolean;
  /** Of the import under way, or else the last. */
  importStartedAt: Date | null;
  /** When everything recent had last been read to the end. */
  importedAt: Date | null;
  /** Of the last import, if it failed; null after one that did not. */
  importFailedAt: Date | null;
  importErrorCode: string | null;
  importError: string | null;
  /** When projects, keys and limits were last listed. */
  inventoryAt: Date | null;
  spendLimit: SetSpendLimit | null;
  spendAlerts: SetSpendAlert[];
}

/** Another key opens it already, so it has no figures of its own: only one of the two keys is to stay. */
export function isTwin({ importErrorCode }: Pick<OrganizationView, 'importErrorCode'>): boolean {
  return importErrorCode === twinCode;
}

const twinCode = 'same-organization' satisfies ImportFailure['code'];
/** The same in SQL; table `o`. */
export const isTwinSql = Prisma.sql`o.import_error_code IS NOT DISTINCT FROM ${twinCode}`;

/** Its key is stored and active, so it is imported; in SQL, of table `k`, which has the key. */
export const isConnectedSql = Prisma.sql`(k.deleted_at IS NULL AND k.is_active)`;

/** The rows of `organization` as views, to be narrowed, ordered and limited; tables `o` and, of its key, `k`. */
export function organizationViews(now: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT o.id, o.name, o.openai_id AS "openaiId", o.provider_key_id AS "providerKeyId", k.label AS "keyLabel",
      ${isConnectedSql} AS "isConnected", o.created_at AS "createdAt",
      o.next_import_at AS "nextImportAt",
      (o.import_run_id IS NOT NULL AND o.import_lease_until > ${now}::timestamptz) AS "isImporting",
      o.import_started_at AS "importStartedAt", o.imported_at AS "importedAt", o.import_failed_at AS "importFailedAt",
      o.import_error_code AS "importErrorCode", o.import_error AS "importError", o.inventory_at AS "inventoryAt",
      o.spend_limit AS "spendLimit", COALESCE(o.spend_alerts, '[]') AS "spendAlerts"
    FROM organization o JOIN provider_key k ON k.tenant_id = o.tenant_id AND k.id = o.provider_key_id`;
}
