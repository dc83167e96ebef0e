-- Tenants, access tokens, provider keys, probes and usage, with their roles, policies and partitions.
--
-- Roles (shared by all databases of a server, hence made only when absent):
--   keyledger_app       what the program is inside one tenant: sees only rows of `keyledger.tenant_id`
--   keyledger_unscoped  what looks across tenants (sign-in, sweep, metrics): only the columns named below, no secrets
--   keyledger_queue     uses the schema that BullMQ keeps its jobs in when there is no Redis
-- The login of DATABASE_URL is a member of all three and every connection takes one of them.
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['keyledger_app', 'keyledger_unscoped', 'keyledger_queue'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS', role_name);
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL; -- another database of this server was migrated at the same moment
    END;
    IF NOT pg_has_role(current_user, role_name, 'SET') THEN
      EXECUTE format('GRANT %I TO current_user', role_name);
    END IF;
  END LOOP;
END
$$;


GRANT USAGE ON SCHEMA public TO keyledger_app, keyledger_unscoped;

-- The tenant of the running transaction, set by withTenant; NULL (no row matches) outside of one.
CREATE FUNCTION current_tenant_id() RETURNS uuid
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('keyledger.tenant_id', true), '')::uuid;

CREATE TABLE tenant (
  id                  uuid PRIMARY KEY,
  slug                text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$'),
  name                text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  reporting_time_zone text NOT NULL DEFAULT 'UTC',
  status              text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
  created_at          timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE tenant_data_key (
  tenant_id     uuid NOT NULL REFERENCES tenant (id),
  id            uuid NOT NULL,
  wrapped_key   bytea NOT NULL,
  master_key_id text NOT NULL,
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  retired_at    timestamptz(3),
  PRIMARY KEY (tenant_id, id)
);
-- One data key per tenant seals new secrets; retired ones stay until nothing is sealed with them.
CREATE UNIQUE INDEX tenant_data_key_current ON tenant_data_key (tenant_id) WHERE retired_at IS NULL;

CREATE TABLE access_token (
  tenant_id         uuid NOT NULL REFERENCES tenant (id),
  id                uuid NOT NULL,
  name              text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  role              text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'platform-admin')),
  token_hash        bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  created_at        timestamptz(3) NOT NULL DEFAULT now(),
  expires_at        timestamptz(3),
  revoked_at        timestamptz(3),
  last_used_at      timestamptz(3),
  last_used_address text,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE provider_key (
  tenant_id            uuid NOT NULL REFERENCES tenant (id),
  id                   uuid NOT NULL,
  kind                 text NOT NULL DEFAULT 'project' CHECK (kind IN ('project', 'admin')),
  label                text NOT NULL CHECK (length(label) BETWEEN 1 AND 200),
  mask                 text NOT NULL,
  sealed_secret        bytea,
  fingerprint          bytea,
  model                text NOT NULL,
  probe_mode           text NOT NULL DEFAULT 'completion' CHECK (probe_mode IN ('completion', 'models', 'off')),
  probe_interval_secs  integer CHECK (probe_interval_secs BETWEEN 10 AND 604800),
  probe_daily_cap_usd  numeric(24, 12) NOT NULL CHECK (probe_daily_cap_usd >= 0),
  is_active            boolean NOT NULL DEFAULT true,
  created_at           timestamptz(3) NOT NULL DEFAULT now(),
  deleted_at           timestamptz(3),
  next_probe_at        timestamptz(3) NOT NULL DEFAULT now(),
  health               text NOT NULL DEFAULT 'unknown',
  health_since         timestamptz(3) NOT NULL DEFAULT now(),
  -- When a probe last told something about the key itself; provider trouble leaves it, so the health grows old.
  health_at            timestamptz(3),
  consecutive_failures integer NOT NULL DEFAULT 0,
  last_probe_at        timestamptz(3),
  last_ok_at           timestamptz(3),
  last_outcome         text,
  last_http_status     integer,
  last_error_code      text,
  last_error_message   text,
  last_request_id      text,
  last_latency_ms      integer,
  PRIMARY KEY (tenant_id, id),
  -- A key has its secret exactly as long as it is not deleted.
  CHECK ((deleted_at IS NULL) = (sealed_secret IS NOT NULL)),
  CHECK ((deleted_at IS NULL) = (fingerprint IS NOT NULL))
);
CREATE UNIQUE INDEX provider_key_label ON provider_key (tenant_id, lower(label)) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX provider_key_fingerprint ON provider_key (tenant_id, fingerprint) WHERE deleted_at IS NULL;
CREATE INDEX provider_key_due ON provider_key (next_probe_at)
  WHERE is_active AND deleted_at IS NULL AND probe_mode <> 'off';

CREATE TABLE probe_claim (
  tenant_id        uuid NOT NULL,
  run_id           uuid NOT NULL,
  provider_key_id  uuid NOT NULL,
  trigger          text NOT NULL CHECK (trigger IN ('schedule', 'manual', 'once')),
  claimed_at       timestamptz(3) NOT NULL,
  lease_expires_at timestamptz(3) NOT NULL,
  attempts         integer NOT NULL DEFAULT 1,
  -- Equals attempts once a worker has begun the present attempt, so that no attempt is begun twice.
  started_attempts integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, run_id),
  UNIQUE (tenant_id, provider_key_id),
  FOREIGN KEY (tenant_id, provider_key_id) REFERENCES provider_key (tenant_id, id)
);
CREATE INDEX probe_claim_lease ON probe_claim (lease_expires_at);

CREATE TABLE probe_run (
  tenant_id       uuid NOT NULL,
  id              uuid NOT NULL,
  started_at      timestamptz(3) NOT NULL,
  provider_key_id uuid NOT NULL,
  trigger         text NOT NULL,
  mode            text NOT NULL,
  model           text NOT NULL,
  outcome         text NOT NULL,
  http_status     integer,
  error_code      text,
  error_message   text,
  latency_ms      integer NOT NULL,
  request_id      text,
  rate_limit      jsonb,
  PRIMARY KEY (tenant_id, started_at, id)
) PARTITION BY RANGE (started_at);
CREATE INDEX probe_run_of_key ON probe_run (tenant_id, provider_key_id, started_at DESC, id DESC);

CREATE TABLE usage_record (
  tenant_id                 uuid NOT NULL,
  id                        uuid NOT NULL,
  occurred_at               timestamptz(3) NOT NULL,
  provider_key_id           uuid,
  source                    text NOT NULL CHECK (source IN ('probe', 'event', 'import')),
  model                     text NOT NULL,
  service_tier              text NOT NULL,
  requests                  bigint NOT NULL,
  input_uncached_tokens     bigint NOT NULL,
  input_cached_tokens       bigint NOT NULL,
  cache_write_tokens        bigint NOT NULL,
  cache_write_12h_tokens    bigint NOT NULL,
  output_tokens             bigint NOT NULL,
  reasoning_tokens          bigint NOT NULL,
  audio_input_tokens        bigint NOT NULL,
  audio_cached_input_tokens bigint NOT NULL,
  audio_output_tokens       bigint NOT NULL,
  image_input_tokens        bigint NOT NULL,
  image_cached_input_tokens bigint NOT NULL,
  image_output_tokens       bigint NOT NULL,
  cost_usd                  numeric(24, 12),
  cost_basis                text NOT NULL CHECK (cost_basis IN ('exact', 'estimated', 'unpriced')),
  -- Why the cost is not exact; see docs/prices.md.
  cost_reason               text,
  price_version             text NOT NULL,
  request_id                text,
  PRIMARY KEY (tenant_id, occurred_at, id),
  -- An unknown cost is unknown, never zero.
  CHECK ((cost_usd IS NULL) = (cost_basis = 'unpriced')),
  CHECK ((cost_reason IS NULL) = (cost_basis = 'exact'))
) PARTITION BY RANGE (occurred_at);
CREATE INDEX usage_record_of_key ON usage_record (tenant_id, provider_key_id, occurred_at DESC, id DESC);

CREATE TABLE usage_hourly (
  tenant_id           uuid NOT NULL,
  hour                timestamptz(3) NOT NULL,
  -- The nil UUID stands for usage that belongs to no stored key.
  provider_key_id     uuid NOT NULL,
  source              text NOT NULL,
  model               text NOT NULL,
  service_tier        text NOT NULL,
  records             bigint NOT NULL,
  requests            bigint NOT NULL,
  input_tokens        bigint NOT NULL,
  input_cached_tokens bigint NOT NULL,
  output_tokens       bigint NOT NULL,
  cost_usd            numeric(24, 12) NOT NULL,
  unpriced_requests   bigint NOT NULL,
  estimated_requests  bigint NOT NULL,
  PRIMARY KEY (tenant_id, hour, provider_key_id, source, model, service_tier)
);
CREATE INDEX usage_hourly_of_key ON usage_hourly (tenant_id, provider_key_id, hour);

CREATE TABLE probe_hourly (
  tenant_id       uuid NOT NULL,
  provider_key_id uuid NOT NULL,
  hour            timestamptz(3) NOT NULL,
  outcome         text NOT NULL,
  runs            integer NOT NULL,
  latency_sum_ms  bigint NOT NULL,
  PRIMARY KEY (tenant_id, provider_key_id, hour, outcome)
);
CREATE INDEX probe_hourly_by_hour ON probe_hourly (tenant_id, hour);

CREATE TABLE worker_heartbeat (
  worker_id     uuid PRIMARY KEY,
  started_at    timestamptz(3) NOT NULL,
  beat_at       timestamptz(3) NOT NULL,
  last_sweep_at timestamptz(3)
);

-- Partitions: one per UTC month. The maintenance job asks for the months ahead, and whoever records the past asks for
-- its month. Runs with its owner's rights, as the program's roles own nothing.
CREATE FUNCTION ensure_month_partitions(month_start date) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  first_day date := date_trunc('month', month_start)::date;
  next_month date := (date_trunc('month', month_start) + interval '1 month')::date;
  parent text;
BEGIN
  IF first_day NOT BETWEEN date '2020-01-01' AND (now() + interval '2 years')::date THEN
    RAISE EXCEPTION 'no partition for %: outside 2020 to two years from now', first_day;
  END IF;
  FOREACH parent IN ARRAY ARRAY['probe_run', 'usage_record'] LOOP
    IF to_regclass(format('%I', parent || to_char(first_day, '_YYYY_MM'))) IS NULL THEN
      PERFORM pg_advisory_xact_lock(hashtext('keyledger.partitions'));
      EXECUTE format(
        'CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
        parent || to_char(first_day, '_YYYY_MM'), parent,
        first_day::timestamp AT TIME ZONE 'UTC', next_month::timestamp AT TIME ZONE 'UTC'
      );
    END IF;
  END LOOP;
END
$$;
REVOKE ALL ON FUNCTION ensure_month_partitions(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_month_partitions(date) TO keyledger_app, keyledger_unscoped;
SELECT ensure_month_partitions((now() + make_interval(months => ahead))::date) FROM generate_series(-1, 2) AS ahead;

-- Row-level security. Forced, so that it holds for the owner as well.
DO $$
DECLARE
  table_name text;
BEGIN
  FOREACH table_name IN ARRAY ARRAY[
    'tenant_data_key', 'access_token', 'provider_key', 'probe_claim', 'probe_run', 'usage_record', 'usage_hourly',
    'probe_hourly'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON %I TO keyledger_app USING (tenant_id = (SELECT current_tenant_id()))
         WITH CHECK (tenant_id = (SELECT current_tenant_id()))', table_name);
  END LOOP;
END
$$;
ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON tenant TO keyledger_app
  USING (id = (SELECT current_tenant_id())) WITH CHECK (id = (SELECT current_tenant_id()));

GRANT SELECT, INSERT, UPDATE ON tenant, tenant_data_key, access_token, provider_key TO keyledger_app;
GRANT SELECT, INSERT, DELETE ON probe_run, usage_record TO keyledger_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON probe_claim, usage_hourly, probe_hourly TO keyledger_app;

-- Across tenants: what sign-in, the sweep and the metrics need, column by column.
GRANT SELECT ON tenant TO keyledger_unscoped;
GRANT SELECT (tenant_id, id, master_key_id) ON tenant_data_key TO keyledger_unscoped;
GRANT SELECT (tenant_id, id, name, role, token_hash, expires_at, revoked_at, last_used_at), UPDATE (last_used_at, last_used_address)
  ON access_token TO keyledger_unscoped;
GRANT SELECT (tenant_id, id, is_active, deleted_at, probe_mode, probe_interval_secs, next_probe_at, health, last_ok_at),
  UPDATE (next_probe_at) ON provider_key TO keyledger_unscoped;
GRANT SELECT, INSERT, UPDATE, DELETE ON probe_claim TO keyledger_unscoped;
GRANT SELECT ON usage_hourly, probe_hourly TO keyledger_unscoped;
GRANT SELECT (tenant_id, occurred_at) ON usage_record TO keyledger_unscoped;
GRANT SELECT, INSERT, UPDATE, DELETE ON worker_heartbeat TO keyledger_unscoped;

CREATE POLICY across_tenants ON tenant FOR SELECT TO keyledger_unscoped USING (true);
CREATE POLICY across_tenants ON tenant_data_key FOR SELECT TO keyledger_unscoped USING (true);
CREATE POLICY across_tenants_read ON access_token FOR SELECT TO keyledger_unscoped USING (true);
CREATE POLICY across_tenants_touch ON access_token FOR UPDATE TO keyledger_unscoped USING (true);
CREATE POLICY across_tenants_read ON provider_key FOR SELECT TO keyledger_unscoped USING (true);
CREATE POLICY across_tenants_schedule ON provider_key FOR UPDATE TO keyledger_unscoped USING (true);
CREATE POLICY across_tenants ON probe_claim TO keyledger_unscoped USING (true) WITH CHECK (true);
CREATE POLICY across_tenants ON usage_hourly FOR SELECT TO keyledger_unscoped USING (true);
CREATE POLICY across_tenants ON probe_hourly FOR SELECT TO keyledger_unscoped USING (true);
CREATE POLICY across_tenants ON usage_record FOR SELECT TO keyledger_unscoped USING (true);
