-- Sessions that were signed out. A session lives in a signed cookie, which a copy would keep alive: what has ended is
-- remembered until the cookie's own end.
CREATE TABLE ended_session (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id        uuid NOT NULL,
  ends_at   timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

ALTER TABLE ended_session ENABLE ROW LEVEL SECURITY;
ALTER TABLE ended_session FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON ended_session TO keyledger_app
  USING (tenant_id = (SELECT current_tenant_id())) WITH CHECK (tenant_id = (SELECT current_tenant_id()));
CREATE POLICY across_tenants_read ON ended_session FOR SELECT TO keyledger_unscoped USING (true);
CREATE POLICY across_tenants_forget ON ended_session FOR DELETE TO keyledger_unscoped USING (true);

GRANT SELECT, INSERT ON ended_session TO keyledger_app;
GRANT SELECT, DELETE ON ended_session TO keyledger_unscoped;
