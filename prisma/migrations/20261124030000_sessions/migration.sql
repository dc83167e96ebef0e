-- Sessions of the dashboard as rows, so that they can be listed and ended; and the people who sign in through an identity
-- provider. A session whose row is not there has ended: cookies from before have none, so what was signed out stays so, and
-- everybody signs in once more.

-- Somebody whom the provider vouched for, with what the mapping gave them at their last sign-in.
CREATE TABLE person (
  tenant_id    uuid NOT NULL REFERENCES tenant (id),
  id           uuid NOT NULL,
  -- Together they name one person for good (OpenID Connect Core 1.0 §5.7); a name or an address can pass to another.
  issuer       text NOT NULL,
  subject      text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
  name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  role         text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'platform-admin')),
  created_at   timestamptz(3) NOT NULL,
  signed_in_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, issuer, subject)
);
-- At a sign-in: every tenant that knows this person.
CREATE INDEX person_of_identity ON person (issuer, subject);

CREATE TABLE session (
  tenant_id    uuid NOT NULL REFERENCES tenant (id),
  id           uuid NOT NULL,
  token_id     uuid,
  person_id    uuid,
  began_at     timestamptz(3) NOT NULL,
  -- To the minute; what a page does by itself does not count.
  last_seen_at timestamptz(3) NOT NULL,
  -- However busy it is.
  ends_at      timestamptz(3) NOT NULL,
  address      text,
  user_agent   text CHECK (length(user_agent) <= 300),
  PRIMARY KEY (tenant_id, id),
  CHECK (num_nonnulls(token_id, person_id) = 1),
  FOREIGN KEY (tenant_id, token_id) REFERENCES access_token (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX session_of_token ON session (tenant_id, token_id) WHERE token_id IS NOT NULL;
CREATE INDEX session_of_person ON session (tenant_id, person_id) WHERE person_id IS NOT NULL;

DROP TABLE ended_session;

DO $$
DECLARE
  table_name text;
BEGIN
  FOREACH table_name IN ARRAY ARRAY['person', 'session'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON %I TO keyledger_app USING (tenant_id = (SELECT current_tenant_id()))
         WITH CHECK (tenant_id = (SELECT current_tenant_id()))', table_name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT, UPDATE (name, role, signed_in_at) ON person TO keyledger_app;
GRANT SELECT, INSERT, DELETE ON session TO keyledger_app;

-- Across tenants: whose session a cookie names, when it was used, and which have run out. Not from where or with what.
GRANT SELECT (tenant_id, id, token_id, person_id, last_seen_at, ends_at), UPDATE (last_seen_at, address), DELETE
  ON session TO keyledger_unscoped;
CREATE POLICY across_tenants_read ON session FOR SELECT TO keyledger_unscoped USING (true);
CREATE POLICY across_tenants_touch ON session FOR UPDATE TO keyledger_unscoped USING (true);
CREATE POLICY across_tenants_forget ON session FOR DELETE TO keyledger_unscoped USING (true);
GRANT SELECT (tenant_id, id, issuer, subject, name, role) ON person TO keyledger_unscoped;
CREATE POLICY across_tenants ON person FOR SELECT TO keyledger_unscoped USING (true);
