-- What a sync needs so that its own day's usage from before it can be valued again when prices change. Empty for those that
-- were made without it, which go by `estimated_usd` as it was.
ALTER TABLE ledger_entry
  -- Of a sync: what of its own UTC day was billed by then.
  ADD COLUMN day_billed_usd numeric(24, 12),
  -- Of a sync: what the usage of its own hour, as far as reported, was valued at by then.
  ADD COLUMN hour_reported_usd numeric(24, 12),
  ADD CHECK (kind = 'sync' OR (day_billed_usd IS NULL AND hour_reported_usd IS NULL)),
  ADD CHECK ((day_billed_usd IS NULL) = (hour_reported_usd IS NULL));
