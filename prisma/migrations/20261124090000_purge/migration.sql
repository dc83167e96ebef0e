-- The role of the worker while it purges. Unlike the others it may delete what is append-only, and only of a tenant that is
-- deleted: that is in the policies, so no mistake in the program can take rows of anybody else.
DO $$
BEGIN
  BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'keyledger_purger') THEN
      CREATE ROLE keyledger_purger NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- another database of this server was migrated at the same moment
  END;
  IF NOT pg_has_role(current_user, 'keyledger_purger', 'SET') THEN
    EXECUTE 'GRANT keyledger_purger TO current_user';
  END IF;
END
$$;
GRANT USAGE ON SCHEMA public TO keyledger_purger;

GRANT SELECT (id, status, purge_began_at), DELETE ON tenant TO keyledger_purger;
CREATE POLICY purge ON tenant TO keyledger_purger
  USING (id = (SELECT current_tenant_id()) AND status = 'deleted' AND purge_began_at IS NOT NULL)
  WITH CHECK (false);

-- For every table with a tenant_id; one that is added later calls this in its own migration, which a test sees to.
CREATE FUNCTION let_purge(of_table regclass) RETURNS void
  LANGUAGE plpgsql
AS $$
BEGIN
  EXECUTE format('GRANT SELECT, DELETE ON %s TO keyledger_purger', of_table);
  -- The table of tenants shows this role nothing but a tenant that is being purged.
  EXECUTE format(
    'CREATE POLICY purge ON %s TO keyledger_purger
       USING (tenant_id = (SELECT current_tenant_id()) AND EXISTS (SELECT FROM tenant WHERE id = current_tenant_id()))
       WITH CHECK (false)', of_table);
END
$$;
REVOKE ALL ON FUNCTION let_purge(regclass) FROM PUBLIC;

SELECT let_purge(c.oid::regclass)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition;
