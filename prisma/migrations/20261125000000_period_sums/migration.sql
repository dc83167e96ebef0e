-- Sums of months, of halves of them, and of five days: the longer, the fewer rows a year is read from; the shorter, the fewer
-- days are left at the ends of a range. Halves are summed anew with the others, as they are a memory and nothing else.
TRUNCATE half_month_sum, summed_half_month;

ALTER TABLE half_month_sum RENAME TO period_sum;
-- month, half-month or five-days; `day` is its first.
ALTER TABLE period_sum ADD COLUMN period text NOT NULL;
DROP INDEX half_month_sum_of_day, half_month_sum_of_project, half_month_sum_of_key, half_month_sum_of_model,
  half_month_sum_of_project_models, half_month_sum_of_end_user;
CREATE INDEX period_sum_of_day ON period_sum (tenant_id, zone, book, period, level, day);
CREATE INDEX period_sum_of_project ON period_sum (tenant_id, zone, book, period, level, project_id, day) WHERE project_id <> '';
CREATE INDEX period_sum_of_key ON period_sum (tenant_id, zone, book, period, level, key_id, day) WHERE key_id <> '';
CREATE INDEX period_sum_of_model ON period_sum (tenant_id, zone, book, period, level, model, day) WHERE model <> '';
-- Which models a project used, without a look at the rows.
CREATE INDEX period_sum_of_project_models ON period_sum (tenant_id, zone, book, period, day, project_id, model)
  WHERE level = 'project-model';
CREATE INDEX period_sum_of_end_user ON period_sum (tenant_id, zone, book, period, end_user, day) WHERE level = 'end-user';

ALTER TABLE summed_half_month RENAME TO summed_period;
ALTER TABLE summed_period ADD COLUMN period text NOT NULL;
ALTER TABLE summed_period DROP CONSTRAINT summed_half_month_pkey;
ALTER TABLE summed_period ADD PRIMARY KEY (tenant_id, book, zone, period, day);

-- As before, and the periods that hold those days. Days first and periods after them, by everybody.
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
  DELETE FROM summed_period WHERE ctid = ANY(ARRAY(
    SELECT s.ctid FROM summed_period s
    WHERE s.tenant_id = current_tenant_id() AND s.book = of_book AND EXISTS (
      SELECT FROM unnest(begins, ends) AS span(b, e)
      WHERE s.day <= ((e - interval '1 millisecond') AT TIME ZONE s.zone)::date AND s.last_day >= (b AT TIME ZONE s.zone)::date
    )
    ORDER BY s.day, s.zone, s.period
    FOR UPDATE
  ));
END
$$;
