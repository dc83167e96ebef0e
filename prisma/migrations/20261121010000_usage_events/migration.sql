-- Usage that clients report themselves: for whom it was, and what makes a repeated report count once.

ALTER TABLE usage_record
  ADD COLUMN end_user text,
  ADD COLUMN tags jsonb;
-- Sums of one end user are made of records, as no hourly sum has them.
CREATE INDEX usage_record_of_end_user ON usage_record (tenant_id, end_user, occurred_at DESC, id DESC)
  WHERE end_user IS NOT NULL;

-- Records are partitioned by time, so no unique index of theirs can hold an idempotency key that comes back with another
-- time. Rows go when an event of their time would be refused as too old anyway.
CREATE TABLE usage_event_key (
  tenant_id   uuid NOT NULL,
  -- Made from the idempotency key, and the id of the usage record.
  id          uuid NOT NULL,
  -- Of the usage record, which is found by it.
  occurred_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX usage_event_key_by_age ON usage_event_key (tenant_id, occurred_at);

ALTER TABLE usage_event_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_event_key FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON usage_event_key TO keyledger_app
  USING (tenant_id = (SELECT current_tenant_id())) WITH CHECK (tenant_id = (SELECT current_tenant_id()));
-- UPDATE only because Postgres asks for it where rows are locked.
GRANT SELECT, INSERT, UPDATE, DELETE ON usage_event_key TO keyledger_app;
