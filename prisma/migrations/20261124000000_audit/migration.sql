-- Who did what: append-only, a chain per tenant. Each row carries a MAC of itself and of the row before it, under a key that
-- is sealed with the tenant's data key: whoever owns the tables can delete and edit rows, and cannot make the chain fit.
CREATE TABLE audit_key (
  tenant_id  uuid PRIMARY KEY REFERENCES tenant (id),
  sealed_key bytea NOT NULL
);

CREATE TABLE audit_event (
  tenant_id    uuid NOT NULL REFERENCES tenant (id),
  -- From 1, without gaps.
  seq          bigint NOT NULL CHECK (seq > 0),
  at           timestamptz(3) NOT NULL,
  -- Who, as it was called then: a token, a person, a worker, a command, or the program itself.
  actor_kind   text NOT NULL CHECK (actor_kind IN ('token', 'person', 'worker', 'command', 'system')),
  actor_id     text,
  actor_name   text NOT NULL,
  address      text,
  request_id   text,
  action       text NOT NULL,
  subject_kind text NOT NULL,
  subject_id   text NOT NULL,
  subject_name text,
  -- What differs, without secrets. As text, not jsonb: the MAC is of these very characters.
  before       text,
  after        text,
  mac          bytea NOT NULL CHECK (length(mac) = 32),
  PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX audit_event_of_time ON audit_event (tenant_id, at);
CREATE INDEX audit_event_of_subject ON audit_event (tenant_id, subject_kind, subject_id, seq);
CREATE INDEX audit_event_of_actor ON audit_event (tenant_id, actor_id, seq);

DO $$
DECLARE
  table_name text;
BEGIN
  FOREACH table_name IN ARRAY ARRAY['audit_key', 'audit_event'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON %I TO keyledger_app USING (tenant_id = (SELECT current_tenant_id()))
         WITH CHECK (tenant_id = (SELECT current_tenant_id()))', table_name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT ON audit_key, audit_event TO keyledger_app;
-- The seal changes when the tenant's data key does; the key within stays.
GRANT UPDATE (sealed_key) ON audit_key TO keyledger_app;
-- Heads of chains, to be kept elsewhere.
GRANT SELECT (tenant_id, seq, mac) ON audit_event TO keyledger_unscoped;
CREATE POLICY across_tenants ON audit_event FOR SELECT TO keyledger_unscoped USING (true);
