-- Sums of half months: what a range of a year is read from, as it would otherwise take a row per key for each of its days.
-- A memory of day sums as those are of hours: it counts as far as `summed_half_month` says, and whoever writes an hour
-- unnames the half that holds it. No key, for the reason that `day_sum` has none.
CREATE TABLE half_month_sum (
  tenant_id           uuid NOT NULL,
  zone                text NOT NULL,
  book                text NOT NULL,
  -- As in `day_sum`, except that the finest of them leaves out tiers.
  level               text NOT NULL,
  -- The first day of the half: the 1st or the 16th.
  day                 date NOT NULL,
  organization_id     uuid NOT NULL,
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
CREATE INDEX half_month_sum_of_day ON half_month_sum (tenant_id, zone, book, level, day);
CREATE INDEX half_month_sum_of_project ON half_month_sum (tenant_id, zone, book, level, project_id, day) WHERE project_id <> '';
CREATE INDEX half_month_sum_of_key ON half_month_sum (tenant_id, zone, book, level, key_id, day) WHERE key_id <> '';
CREATE INDEX half_month_sum_of_model ON half_month_sum (tenant_id, zone, book, level, model, day) WHERE model <> '';

CREATE TABLE summed_half_month (
  tenant_id uuid NOT NULL,
  zone      text NOT NULL,
  book      text NOT NULL,
  day       date NOT NULL,
  last_day  date NOT NULL,
  PRIMARY KEY (tenant_id, book, day, zone)
);

DO $$
DECLARE
  table_name text;
BEGIN
  FOREACH table_name IN ARRAY ARRAY['half_month_sum', 'summed_half_month'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON %I TO keyledger_app USING (tenant_id = (SELECT current_tenant_id()))
         WITH CHECK (tenant_id = (SELECT current_tenant_id()))', table_name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT, UPDATE, DELETE ON half_month_sum, summed_half_month TO keyledger_app;

-- As before, and the halves that hold those days. Days first and halves after them, by everybody.
CREATE OR REPLACE FUNCTION forget_day_sums(of_book text, begins timestamptz[], ends timestamptz[]) RETURNS void
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
  DELETE FROM summed_half_month WHERE ctid = ANY(ARRAY(
    SELECT s.ctid FROM summed_half_month s
    WHERE s.tenant_id = current_tenant_id() AND s.book = of_book AND EXISTS (
      SELECT FROM unnest(begins, ends) AS span(b, e)
      WHERE s.day <= ((e - interval '1 millisecond') AT TIME ZONE s.zone)::date AND s.last_day >= (b AT TIME ZONE s.zone)::date
    )
    ORDER BY s.day, s.zone
    FOR UPDATE
  ));
END
$$;

-- There are more levels now, and what belongs to no end user has a sum of its own: days are summed anew.
DELETE FROM summed_day;
-- Which models a project used, without a look at the rows.
CREATE INDEX day_sum_of_project_models ON day_sum (tenant_id, zone, book, day, project_id, model) WHERE level = 'project-model';
CREATE INDEX half_month_sum_of_project_models ON half_month_sum (tenant_id, zone, book, day, project_id, model)
  WHERE level = 'project-model';
CREATE INDEX day_sum_of_end_user ON day_sum (tenant_id, zone, book, end_user, day) WHERE level = 'end-user';
CREATE INDEX half_month_sum_of_end_user ON half_month_sum (tenant_id, zone, book, end_user, day) WHERE level = 'end-user';

-- With the figure in them, so that counting reads nothing else.
DROP INDEX reported_hourly_unpriced;
DROP INDEX usage_hourly_unpriced;
CREATE INDEX reported_hourly_unpriced ON reported_hourly (tenant_id, hour) INCLUDE (unpriced_requests) WHERE unpriced_requests > 0;
CREATE INDEX usage_hourly_unpriced ON usage_hourly (tenant_id, hour) INCLUDE (unpriced_requests) WHERE unpriced_requests > 0;
