-- How often a tenant's stored secrets were opened, and jobs for it refused, in each hour. Counted by the write that does it;
-- once the hour is over, the counts become an event of the audit and are deleted here.
CREATE TABLE secret_use (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  hour      timestamptz(3) NOT NULL,
  -- Opened to be probed or to import with; or not opened, as the job named what the tenant does not have.
  kind      text NOT NULL CHECK (kind IN ('probe', 'import', 'refused-probe', 'refused-import')),
  -- Spreads those who count at once over several rows, so that they do not wait for each other.
  slot      integer NOT NULL,
  times     bigint NOT NULL CHECK (times > 0),
  PRIMARY KEY (tenant_id, hour, kind, slot)
);

ALTER TABLE secret_use ENABLE ROW LEVEL SECURITY;
ALTER TABLE secret_use FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON secret_use TO keyledger_app USING (tenant_id = (SELECT current_tenant_id()))
  WITH CHECK (tenant_id = (SELECT current_tenant_id()));
GRANT SELECT, INSERT, UPDATE, DELETE ON secret_use TO keyledger_app;
-- Which tenants have counts that are to become events.
GRANT SELECT (tenant_id, hour) ON secret_use TO keyledger_unscoped;
CREATE POLICY across_tenants ON secret_use FOR SELECT TO keyledger_unscoped USING (true);
