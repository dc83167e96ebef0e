/** How a table is written into the file of a tenant. */
export interface ExportedTable {
  /** Columns that order its rows, told apart by them; by these it is read piece by piece. */
  order: readonly string[];
  /** Columns that are left out, as they are secret or made of a secret. */
  without?: readonly string[];
}

/** What the file of a tenant has, in this order. A test finds a table that is neither here nor left out for a reason. */
export const exportedTables: Readonly<Record<string, ExportedTable>> = {
  access_token: { order: ['id'], without: ['token_hash'] },
  person: { order: ['id'] },
  provider_key: { order: ['id'], without: ['sealed_secret', 'fingerprint'] },
  organization: { order: ['id'] },
  import_feed: { order: ['organization_id', 'feed'] },
  openai_project: { order: ['id'] },
  openai_api_key: { order: ['id'] },
  price_override: { order: ['id'] },
  price_version: { order: ['version'] },
  re_rating: { order: ['id'] },
  cost_revision: { order: ['re_rating_id', 'book', 'record_id'] },
  ledger_entry: { order: ['id'] },
  billed_day: { order: ['organization_id', 'billed_on'] },
  cost_line: {
    order: ['billed_on', 'organization_id', 'project_id', 'api_key_id', 'line_item', 'quantity_unit'],
  },
  probe_run: { order: ['started_at', 'id'] },
  probe_hourly: { order: ['provider_key_id', 'hour', 'outcome'] },
  usage_record: { order: ['occurred_at', 'id'] },
  usage_hourly: { order: ['hour', 'provider_key_id', 'source', 'model', 'service_tier'] },
  reported_usage: { order: ['bucket_at', 'id'] },
  reported_unknown: { order: ['id'] },
  reported_hourly: {
    order: ['hour', 'organization_id', 'kind', 'project_id', 'api_key_id', 'model', 'service_tier'],
  },
  end_user_hourly: { order: ['hour', 'end_user'] },
  audit_event: { order: ['seq'] },
};

/** What it has not, and why. */
export const leftOutOfExports: Readonly<Record<string, string>> = {
  tenant_data_key: 'the key that seals the secrets',
  audit_key: 'the key of the audit chain',
  session: 'who is signed in now',
  probe_claim: 'work under way',
  usage_event_key: 'repeats of events are found by it, for some weeks',
  secret_use: 'counts that become audit events within the hour',
  day_sum: 'sums of what is there by the hour',
  summed_day: 'which of those sums are whole',
  period_sum: 'sums of what is there by the hour',
  summed_period: 'which of those sums are whole',
};
