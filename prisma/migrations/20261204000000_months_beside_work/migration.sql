-- CREATE TABLE … PARTITION OF locks the whole table against everybody, readers too, until the transaction ends: an import that made
-- a month of the past waited for all who were at any month, and in a circle for another import that had looked at the table and
-- waited to make one as well. A table that is made apart and attached locks it against nobody who reads or writes.
CREATE OR REPLACE FUNCTION ensure_month_partitions(month_start date) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  first_day date := date_trunc('month', month_start)::date;
  next_month date := (date_trunc('month', month_start) + interval '1 month')::date;
  parent text;
  month text;
BEGIN
  IF first_day NOT BETWEEN date '2020-01-01' AND (now() + interval '2 years')::date THEN
    RAISE EXCEPTION 'no partition for %: outside 2020 to two years from now', first_day;
  END IF;
  FOREACH parent IN ARRAY ARRAY['probe_run', 'usage_record', 'reported_usage'] LOOP
    month := parent || to_char(first_day, '_YYYY_MM');
    IF to_regclass(format('%I', month)) IS NULL THEN
      PERFORM pg_advisory_xact_lock(hashtext('keyledger.partitions'));
      -- By whom we waited for. `to_regclass` remembers its answer beyond such a wait.
      CONTINUE WHEN EXISTS (SELECT FROM pg_class WHERE relname = month AND relnamespace = 'public'::regnamespace);
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', month, parent);
      EXECUTE format(
        'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, month,
        first_day::timestamp AT TIME ZONE 'UTC', next_month::timestamp AT TIME ZONE 'UTC'
      );
    END IF;
  END LOOP;
END
$$;
