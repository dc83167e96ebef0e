-- A sum is read for its figures, of tens of thousands of rows for a year: they come first, where their place in a row is known
-- without looking at all that is named before them; that was an eighth to a quarter of the time. Sums are a memory of the
-- hours, from which the worker makes them anew; until then, days are read from their hours.
DROP TABLE day_sum, period_sum;
TRUNCATE summed_day, summed_period;

-- Sums of a book's days, in one time zone, at several levels of detail; what lets a page of a year be read at once. Only a
-- memory of the hours: it counts for a day as far as `summed_day` says, and whoever writes an hour unnames the days that
-- hold it, in the same transaction.
-- No key: it would be as large as the rows. That no sum stands twice is kept by the lock under which they are written.
CREATE TABLE day_sum (
  tenant_id           uuid NOT NULL,
  organization_id     uuid NOT NULL,
  records             bigint NOT NULL,
  requests            bigint NOT NULL,
  input_tokens        bigint NOT NULL,
  input_cached_tokens bigint NOT NULL,
  output_tokens       bigint NOT NULL,
  unpriced_requests   bigint NOT NULL,
  estimated_requests  bigint NOT NULL,
  day                 date NOT NULL,
  cost_usd            numeric(36, 12) NOT NULL,
  -- Empty where the level does not tell them apart.
  project_id          text NOT NULL,
  key_id              text NOT NULL,
  model               text NOT NULL,
  service_tier        text NOT NULL,
  kind                text NOT NULL,
  end_user            text NOT NULL,
  -- What is told apart: total, project, key, model, … up to all of project, key, model, tier and kind; or end-user.
  level               text NOT NULL,
  book                text NOT NULL,
  zone                text NOT NULL
);
CREATE INDEX day_sum_of_day ON day_sum (tenant_id, zone, book, level, day);
CREATE INDEX day_sum_of_project ON day_sum (tenant_id, zone, book, level, project_id, day) WHERE project_id <> '';
CREATE INDEX day_sum_of_key ON day_sum (tenant_id, zone, book, level, key_id, day) WHERE key_id <> '';
CREATE INDEX day_sum_of_model ON day_sum (tenant_id, zone, book, level, model, day) WHERE model <> '';
-- Which models a project used, without a look at the rows.
CREATE INDEX day_sum_of_project_models ON day_sum (tenant_id, zone, book, day, project_id, model) WHERE level = 'project-model';
CREATE INDEX day_sum_of_end_user ON day_sum (tenant_id, zone, book, end_user, day) WHERE level = 'end-user';

-- The same of quarters, months, halves of them, weeks and five days, of which `day` is the first.
CREATE TABLE period_sum (LIKE day_sum INCLUDING ALL EXCLUDING INDEXES, period text NOT NULL);
CREATE INDEX period_sum_of_day ON period_sum (tenant_id, zone, book, period, level, day);
CREATE INDEX period_sum_of_project ON period_sum (tenant_id, zone, book, period, level, project_id, day) WHERE project_id <> '';
CREATE INDEX period_sum_of_key ON period_sum (tenant_id, zone, book, period, level, key_id, day) WHERE key_id <> '';
CREATE INDEX period_sum_of_model ON period_sum (tenant_id, zone, book, period, level, model, day) WHERE model <> '';
CREATE INDEX period_sum_of_project_models ON period_sum (tenant_id, zone, book, period, day, project_id, model)
  WHERE level = 'project-model';
CREATE INDEX period_sum_of_end_user ON period_sum (tenant_id, zone, book, period, end_user, day) WHERE level = 'end-user';

DO $$
DECLARE
  table_name text;
BEGIN
  FOREACH table_name IN ARRAY ARRAY['day_sum', 'period_sum'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON %I TO keyledger_app USING (tenant_id = (SELECT current_tenant_id()))
         WITH CHECK (tenant_id = (SELECT current_tenant_id()))', table_name);
    PERFORM let_purge(table_name::regclass);
  END LOOP;
END
$$;
GRANT SELECT, INSERT, UPDATE, DELETE ON day_sum, period_sum TO keyledger_app;
