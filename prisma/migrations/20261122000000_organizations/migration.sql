-- Organizations at OpenAI: what is imported from them (reported usage, billed costs, projects, keys), the sums that pages
-- read, prices of a tenant's own, and the ledger of prepaid credit.

-- One OpenAI organization, opened by one admin key. It outlives the key: its history stays, and another admin key of the
-- same organization goes on with it.
CREATE TABLE organization (
  tenant_id         uuid NOT NULL REFERENCES tenant (id),
  id                uuid NOT NULL,
  provider_key_id   uuid NOT NULL,
  name              text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  -- What OpenAI calls it; unknown until OpenAI has told.
  openai_id         text,
  created_at        timestamptz(3) NOT NULL,
  next_import_at    timestamptz(3) NOT NULL,
  -- Recent data is here, and older data is still to be fetched, at once.
  backfill_due      boolean NOT NULL DEFAULT false,
  -- The import under way, if any. Whoever holds the run may write until the lease ends.
  import_run_id     uuid,
  import_lease_until timestamptz(3),
  import_started_at timestamptz(3),
  -- When everything recent had last been read to the end.
  imported_at       timestamptz(3),
  import_failed_at  timestamptz(3),
  import_error_code text,
  import_error      text,
  -- When projects, keys and limits were last listed.
  inventory_at      timestamptz(3),
  -- As set at OpenAI: {"usd", "interval", "isEnforcing"}, and [{"id", "usd", "interval", "recipients"}].
  spend_limit       jsonb,
  spend_alerts      jsonb,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, provider_key_id),
  FOREIGN KEY (tenant_id, provider_key_id) REFERENCES provider_key (tenant_id, id)
);
CREATE INDEX organization_due ON organization (next_import_at);

-- How far each feed of an organization was read: the ten kinds of usage, and `costs`. Moves in the transaction that writes
-- what was read, so a crash repeats at most one window.
CREATE TABLE import_feed (
  tenant_id       uuid NOT NULL,
  organization_id uuid NOT NULL,
  feed            text NOT NULL,
  -- Everything in [known_from, known_to) was read; from hourly_from on by the hour, before by the UTC day.
  known_from      timestamptz(3) NOT NULL,
  known_to        timestamptz(3) NOT NULL,
  hourly_from     timestamptz(3) NOT NULL,
  -- Steps of the back-fill in a row that had nothing in them.
  empty_steps     integer NOT NULL DEFAULT 0,
  is_backfilled   boolean NOT NULL DEFAULT false,
  rows_read       bigint NOT NULL DEFAULT 0,
  unknown_results bigint NOT NULL DEFAULT 0,
  read_at         timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, organization_id, feed),
  FOREIGN KEY (tenant_id, organization_id) REFERENCES organization (tenant_id, id)
);

CREATE TABLE openai_project (
  tenant_id       uuid NOT NULL,
  -- OpenAI's, unique among all organizations: the same project cannot be imported twice.
  id              text NOT NULL,
  organization_id uuid NOT NULL,
  name            text,
  is_archived     boolean NOT NULL,
  created_at      timestamptz(3) NOT NULL,
  archived_at     timestamptz(3),
  seen_at         timestamptz(3) NOT NULL,
  -- As set at OpenAI; see organization. Limits by model: [{"model", "requestsPerMinute", "tokensPerMinute", …}].
  spend_limit     jsonb,
  spend_alerts    jsonb,
  rate_limits     jsonb,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, organization_id) REFERENCES organization (tenant_id, id)
);
CREATE INDEX openai_project_of_organization ON openai_project (tenant_id, organization_id);

-- Keys as OpenAI lists them. A key that is listed no more keeps its row, so that past usage keeps a name.
CREATE TABLE openai_api_key (
  tenant_id        uuid NOT NULL,
  id               text NOT NULL,
  organization_id  uuid NOT NULL,
  project_id       text NOT NULL,
  name             text NOT NULL,
  redacted_value   text NOT NULL,
  created_at       timestamptz(3) NOT NULL,
  last_used_at     timestamptz(3),
  expires_at       timestamptz(3),
  has_owner_access boolean NOT NULL,
  -- user or service_account
  owner_type       text,
  owner_id         text,
  owner_name       text,
  -- The stored key that it is, when exactly one has the same shown characters.
  provider_key_id  uuid,
  seen_at          timestamptz(3) NOT NULL,
  -- When it was first missing from the list.
  gone_at          timestamptz(3),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, organization_id) REFERENCES organization (tenant_id, id)
);
CREATE INDEX openai_api_key_of_project ON openai_api_key (tenant_id, project_id);
CREATE INDEX openai_api_key_of_provider_key ON openai_api_key (tenant_id, provider_key_id) WHERE provider_key_id IS NOT NULL;

-- The second book: what OpenAI reports, one row per bucket and group, priced by us. A window is replaced whole.
CREATE TABLE reported_usage (
  tenant_id                 uuid NOT NULL,
  id                        uuid NOT NULL,
  organization_id           uuid NOT NULL,
  kind                      text NOT NULL,
  bucket_at                 timestamptz(3) NOT NULL,
  -- 3600 or 86400
  bucket_secs               integer NOT NULL,
  -- Empty where OpenAI names none.
  project_id                text NOT NULL,
  user_id                   text NOT NULL,
  api_key_id                text NOT NULL,
  model                     text NOT NULL,
  -- The tier that is priced; `batch` for a batch.
  service_tier              text NOT NULL,
  -- Size and source of images, vector store, context level.
  detail                    text NOT NULL,
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
  -- Of kinds that are not counted in tokens.
  quantity                  bigint,
  unit                      text,
  cost_usd                  numeric(24, 12),
  cost_basis                text NOT NULL CHECK (cost_basis IN ('exact', 'estimated', 'unpriced')),
  cost_reason               text,
  price_version             text NOT NULL,
  PRIMARY KEY (tenant_id, bucket_at, id),
  CHECK ((cost_usd IS NULL) = (cost_basis = 'unpriced')),
  CHECK ((cost_reason IS NULL) = (cost_basis = 'exact'))
) PARTITION BY RANGE (bucket_at);
CREATE INDEX reported_usage_window ON reported_usage (tenant_id, organization_id, kind, bucket_at);

-- Results of a kind that this version does not know: kept as they came, and counted.
CREATE TABLE reported_unknown (
  tenant_id       uuid NOT NULL,
  id              uuid NOT NULL,
  organization_id uuid NOT NULL,
  feed            text NOT NULL,
  bucket_at       timestamptz(3) NOT NULL,
  object          text,
  result          jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, organization_id) REFERENCES organization (tenant_id, id)
);
CREATE INDEX reported_unknown_window ON reported_unknown (tenant_id, organization_id, feed, bucket_at);

-- Sums of reported usage per UTC hour, replaced with their window. What was reported by the day stands at its noon: in
-- every time zone that is the local day which shares most of it.
CREATE TABLE reported_hourly (
  tenant_id           uuid NOT NULL,
  organization_id     uuid NOT NULL,
  hour                timestamptz(3) NOT NULL,
  kind                text NOT NULL,
  project_id          text NOT NULL,
  api_key_id          text NOT NULL,
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
  PRIMARY KEY (tenant_id, hour, organization_id, kind, project_id, api_key_id, model, service_tier)
);

-- The third book: what OpenAI bills, per UTC day and line. A day is replaced whole.
CREATE TABLE cost_line (
  tenant_id       uuid NOT NULL,
  organization_id uuid NOT NULL,
  billed_on       date NOT NULL,
  project_id      text NOT NULL,
  api_key_id      text NOT NULL,
  line_item       text NOT NULL,
  quantity_unit   text NOT NULL,
  -- The model that the line item names, when it is one that we know; empty for fees of tools and storage.
  model           text NOT NULL,
  amount_usd      numeric(24, 12) NOT NULL,
  quantity        numeric(24, 12),
  PRIMARY KEY (tenant_id, billed_on, organization_id, project_id, api_key_id, line_item, quantity_unit),
  FOREIGN KEY (tenant_id, organization_id) REFERENCES organization (tenant_id, id)
);

-- Every UTC day whose costs were read, those without any too.
CREATE TABLE billed_day (
  tenant_id       uuid NOT NULL,
  organization_id uuid NOT NULL,
  billed_on       date NOT NULL,
  amount_usd      numeric(24, 12) NOT NULL,
  -- When OpenAI was asked. A day that was read too soon after its end is provisional.
  read_at         timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, organization_id, billed_on),
  FOREIGN KEY (tenant_id, organization_id) REFERENCES organization (tenant_id, id)
);

-- What has no price is asked for on every page, and is little.
CREATE INDEX reported_hourly_unpriced ON reported_hourly (tenant_id, hour) WHERE unpriced_requests > 0;
CREATE INDEX usage_hourly_unpriced ON usage_hourly (tenant_id, hour) WHERE unpriced_requests > 0;

-- Sums of measured usage per end user and UTC hour, for those who name one.
CREATE TABLE end_user_hourly (
  tenant_id          uuid NOT NULL,
  hour               timestamptz(3) NOT NULL,
  end_user           text NOT NULL,
  requests           bigint NOT NULL,
  input_tokens       bigint NOT NULL,
  input_cached_tokens bigint NOT NULL,
  output_tokens      bigint NOT NULL,
  cost_usd           numeric(24, 12) NOT NULL,
  unpriced_requests  bigint NOT NULL,
  estimated_requests bigint NOT NULL,
  PRIMARY KEY (tenant_id, hour, end_user)
);

-- The three books in one form, never to be added together: each question names its book. Billed days stand at midnight UTC.
CREATE VIEW book_hourly WITH (security_invoker = true) AS
  SELECT tenant_id, 'measured' AS book, hour, '00000000-0000-0000-0000-000000000000'::uuid AS organization_id,
    '' AS project_id, provider_key_id::text AS key_id, model, service_tier, source AS kind, requests, input_tokens,
    input_cached_tokens, output_tokens, cost_usd, unpriced_requests, estimated_requests
  FROM usage_hourly
  UNION ALL
  SELECT tenant_id, 'reported', hour, organization_id, project_id, api_key_id, model, service_tier, kind, requests,
    input_tokens, input_cached_tokens, output_tokens, cost_usd, unpriced_requests, estimated_requests
  FROM reported_hourly
  UNION ALL
  SELECT tenant_id, 'billed', billed_on::timestamp AT TIME ZONE 'UTC', organization_id, project_id, api_key_id, model, '',
    line_item, 0, 0, 0, 0, amount_usd, 0, 0
  FROM cost_line;

-- Sums of a book's days, in one time zone, at several levels of detail; what lets a page of a year be read at once. Only a
-- memory of the hours: it counts for a day as far as `summed_day` says, and whoever writes an hour unnames the days that
-- hold it, in the same transaction.
-- No key: it would be as large as the rows. That no sum stands twice is kept by the lock under which they are written.
CREATE TABLE day_sum (
  tenant_id           uuid NOT NULL,
  zone                text NOT NULL,
  book                text NOT NULL,
  -- What is told apart: total, project, key, model, … up to all of project, key, model, tier and kind; or end-user.
  level               text NOT NULL,
  day                 date NOT NULL,
  organization_id     uuid NOT NULL,
  -- Empty where the level does not tell them apart.
  project_id          text NOT NULL,
  key_id              text NOT NULL,
  model               text NOT NULL,
  service_tier        text NOT NULL,
  kind                text NOT NULL,
  end_user            text NOT NULL,
  records             bigint NOT NULL,
  requests            bigint NOT NULL,
  input_tokens        bigint NOT NULL,
  input_cached_tokens bigint NOT NULL,
  output_tokens       bigint NOT NULL,
  cost_usd            numeric(24, 12) NOT NULL,
  unpriced_requests   bigint NOT NULL,
  estimated_requests  bigint NOT NULL
);
CREATE INDEX day_sum_of_day ON day_sum (tenant_id, zone, book, level, day);
CREATE INDEX day_sum_of_project ON day_sum (tenant_id, zone, book, level, project_id, day) WHERE project_id <> '';
CREATE INDEX day_sum_of_key ON day_sum (tenant_id, zone, book, level, key_id, day) WHERE key_id <> '';
CREATE INDEX day_sum_of_model ON day_sum (tenant_id, zone, book, level, model, day) WHERE model <> '';

CREATE TABLE summed_day (
  tenant_id uuid NOT NULL,
  zone      text NOT NULL,
  book      text NOT NULL,
  day       date NOT NULL,
  -- The sums hold everything of the day before this instant: its end or, while it lasts, the beginning of an hour.
  summed_to timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, book, day, zone)
);

CREATE FUNCTION day_sums_lock(of_book text) RETURNS bigint
  LANGUAGE sql STABLE
  RETURN hashtextextended('day_sum ' || of_book || ' ' || current_tenant_id(), 0);

-- Called by whoever writes hours of a book, first of all in the same transaction: unnames the days, in every zone, whose
-- sums share a moment with one of the spans [begins, ends). The lock lasts until the commit. Whoever sums days takes it
-- exclusively, so it sees all of a writer or nothing; and a writer that had to wait for it finds what it named, because
-- each statement of a volatile function has a snapshot of its own.
CREATE FUNCTION forget_day_sums(of_book text, begins timestamptz[], ends timestamptz[]) RETURNS void
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(day_sums_lock(of_book));
  -- In one order by everybody, so that two writers wait for each other and never in a circle.
  DELETE FROM summed_day WHERE ctid = ANY(ARRAY(
    SELECT s.ctid FROM summed_day s
    WHERE s.tenant_id = current_tenant_id() AND s.book = of_book AND EXISTS (
      SELECT FROM unnest(begins, ends) AS span(b, e)
      WHERE b < s.summed_to
        AND s.day BETWEEN (b AT TIME ZONE s.zone)::date AND ((e - interval '1 millisecond') AT TIME ZONE s.zone)::date
    ) AND s.day BETWEEN (SELECT min(b)::date - 1 FROM unnest(begins) AS b) AND (SELECT max(e)::date + 1 FROM unnest(ends) AS e)
    ORDER BY s.day, s.zone
    FOR UPDATE
  ));
END
$$;

-- Prices of a tenant's own: a price, or a discount on the book. Removing one keeps its row, as costs name it by version.
CREATE TABLE price_override (
  tenant_id      uuid NOT NULL,
  id             uuid NOT NULL,
  -- A model of the book, a model of the tenant's own, or * for every model (discounts alone).
  model          text NOT NULL CHECK (length(model) BETWEEN 1 AND 200),
  -- NULL: in every tier, context, kind.
  tier           text,
  context        text,
  kind           text,
  variant        text,
  -- Either the price of one unit (a token, a call, …) or how much is taken off the book's; less than zero is put on it.
  usd_per_unit   numeric(24, 12) CHECK (usd_per_unit >= 0),
  percent_off    numeric(24, 12) CHECK (percent_off BETWEEN -100 AND 100 AND percent_off <> 0),
  -- UTC days, the second no longer in force; NULL: since always, until further notice.
  effective_from date,
  effective_to   date,
  note           text NOT NULL DEFAULT '',
  created_at     timestamptz(3) NOT NULL,
  created_by     text NOT NULL,
  removed_at     timestamptz(3),
  PRIMARY KEY (tenant_id, id),
  CHECK ((usd_per_unit IS NULL) <> (percent_off IS NULL)),
  CHECK (usd_per_unit IS NULL OR kind IS NOT NULL),
  CHECK (effective_to > effective_from)
);

-- Every version of prices that made a cost of this tenant: the version of the book, and the overrides on it.
CREATE TABLE price_version (
  tenant_id uuid NOT NULL,
  version   text NOT NULL,
  base      text NOT NULL,
  overrides jsonb NOT NULL,
  made_at   timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, version)
);

-- Past usage being rated again after a change of prices. Resumable: what has the version already is passed over.
CREATE TABLE re_rating (
  tenant_id     uuid NOT NULL,
  id            uuid NOT NULL,
  requested_at  timestamptz(3) NOT NULL,
  requested_by  text NOT NULL,
  to_version    text NOT NULL,
  -- Usage from this instant on, up to that; NULL: open.
  from_at       timestamptz(3),
  to_at         timestamptz(3),
  -- [model, …]; NULL: all.
  models        jsonb,
  rows_rated    bigint NOT NULL DEFAULT 0,
  rows_changed  bigint NOT NULL DEFAULT 0,
  usd_before    numeric(24, 12) NOT NULL DEFAULT 0,
  usd_after     numeric(24, 12) NOT NULL DEFAULT 0,
  position      jsonb,
  finished_at   timestamptz(3),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX re_rating_open ON re_rating (requested_at) WHERE finished_at IS NULL;

-- The cost that a re-rating replaced, so that no former figure is lost.
CREATE TABLE cost_revision (
  tenant_id     uuid NOT NULL,
  re_rating_id  uuid NOT NULL,
  -- measured or reported, with the id and time of its row.
  book          text NOT NULL,
  record_id     uuid NOT NULL,
  occurred_at   timestamptz(3) NOT NULL,
  cost_usd      numeric(24, 12),
  cost_basis    text NOT NULL,
  cost_reason   text,
  price_version text NOT NULL,
  PRIMARY KEY (tenant_id, re_rating_id, book, record_id),
  FOREIGN KEY (tenant_id, re_rating_id) REFERENCES re_rating (tenant_id, id)
);

-- Movements of prepaid credit. Append-only: a late change is a further entry.
CREATE TABLE ledger_entry (
  tenant_id       uuid NOT NULL,
  id              uuid NOT NULL,
  organization_id uuid NOT NULL,
  kind            text NOT NULL CHECK (kind IN ('deposit', 'spend', 'sync', 'expiry', 'correction')),
  -- When it took effect; of spend, the end of the billed day.
  at              timestamptz(3) NOT NULL,
  -- Of spend: the UTC day that was billed.
  billed_on       date,
  -- What it adds to the balance; less than zero takes away.
  amount_usd      numeric(24, 12) NOT NULL,
  -- Of a sync: what OpenAI shows, what we thought, and how much of that was today's estimate.
  stated_usd      numeric(24, 12),
  computed_usd    numeric(24, 12),
  estimated_usd   numeric(24, 12),
  -- Of a deposit.
  expires_at      timestamptz(3),
  -- Of an expiry or a correction: the entry that it is about.
  about_id        uuid,
  reason          text NOT NULL DEFAULT '',
  created_at      timestamptz(3) NOT NULL,
  created_by      text NOT NULL,
  -- The same again is the same entry.
  idempotency_key text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, organization_id) REFERENCES organization (tenant_id, id),
  CHECK ((kind = 'spend') = (billed_on IS NOT NULL)),
  CHECK ((kind = 'sync') = (stated_usd IS NOT NULL))
);
CREATE INDEX ledger_entry_of_organization ON ledger_entry (tenant_id, organization_id, at, id);
CREATE UNIQUE INDEX ledger_entry_once ON ledger_entry (tenant_id, organization_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;

-- What a tenant means to spend at most, by its own day and month; NULL: no limit.
ALTER TABLE tenant
  ADD COLUMN daily_limit_usd numeric(24, 12) CHECK (daily_limit_usd > 0),
  ADD COLUMN monthly_limit_usd numeric(24, 12) CHECK (monthly_limit_usd > 0);

-- Reported usage has its own tables: in one with what was measured, the same token would be counted twice.
ALTER TABLE usage_record DROP CONSTRAINT usage_record_source_check;
ALTER TABLE usage_record ADD CONSTRAINT usage_record_source_check CHECK (source IN ('probe', 'event'));

-- Admin keys that are here already connect their organizations.
-- Its policy is lifted for this statement, as an owner who is no superuser would see no row.
ALTER TABLE provider_key NO FORCE ROW LEVEL SECURITY;
INSERT INTO organization (tenant_id, id, provider_key_id, name, created_at, next_import_at)
SELECT tenant_id, gen_random_uuid(), id, label, now(), now() FROM provider_key WHERE kind = 'admin' AND deleted_at IS NULL;
ALTER TABLE provider_key FORCE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION ensure_month_partitions(month_start date) RETURNS void
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
  FOREACH parent IN ARRAY ARRAY['probe_run', 'usage_record', 'reported_usage'] LOOP
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
SELECT ensure_month_partitions((now() + make_interval(months => ahead))::date) FROM generate_series(-1, 2) AS ahead;

DO $$
DECLARE
  table_name text;
BEGIN
  FOREACH table_name IN ARRAY ARRAY[
    'organization', 'import_feed', 'openai_project', 'openai_api_key', 'reported_usage', 'reported_unknown',
    'reported_hourly', 'cost_line', 'billed_day', 'end_user_hourly', 'day_sum', 'summed_day', 'price_override',
    'price_version', 're_rating', 'cost_revision', 'ledger_entry'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON %I TO keyledger_app USING (tenant_id = (SELECT current_tenant_id()))
         WITH CHECK (tenant_id = (SELECT current_tenant_id()))', table_name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON organization, import_feed, openai_project, openai_api_key, reported_usage,
  reported_unknown, reported_hourly, cost_line, billed_day, end_user_hourly, day_sum, summed_day TO keyledger_app;
REVOKE ALL ON FUNCTION day_sums_lock(text), forget_day_sums(text, timestamptz[], timestamptz[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION day_sums_lock(text), forget_day_sums(text, timestamptz[], timestamptz[]) TO keyledger_app;
GRANT SELECT ON book_hourly TO keyledger_app;
GRANT SELECT, INSERT, UPDATE ON price_override, re_rating TO keyledger_app;
GRANT SELECT, INSERT ON price_version, cost_revision, ledger_entry TO keyledger_app;
-- A re-rating changes what a usage cost, and nothing else of it.
GRANT UPDATE (cost_usd, cost_basis, cost_reason, price_version) ON usage_record TO keyledger_app;

-- Across tenants: which organizations are due, what has no price, what waits to be rated.
GRANT SELECT (tenant_id, id, provider_key_id, next_import_at, backfill_due, import_run_id, import_lease_until, imported_at, import_failed_at),
  UPDATE (next_import_at, import_run_id, import_lease_until) ON organization TO keyledger_unscoped;
CREATE POLICY across_tenants_read ON organization FOR SELECT TO keyledger_unscoped USING (true);
CREATE POLICY across_tenants_schedule ON organization FOR UPDATE TO keyledger_unscoped USING (true);
GRANT SELECT (tenant_id, id, requested_at, finished_at) ON re_rating TO keyledger_unscoped;
CREATE POLICY across_tenants ON re_rating FOR SELECT TO keyledger_unscoped USING (true);
GRANT SELECT ON reported_hourly TO keyledger_unscoped;
CREATE POLICY across_tenants ON reported_hourly FOR SELECT TO keyledger_unscoped USING (true);
