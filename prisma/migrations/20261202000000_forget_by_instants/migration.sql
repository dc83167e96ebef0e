-- Where clocks go back over midnight (the Azores, Havana), an hour comes twice that begins with the day's midnight, and a day is
-- summed from the second one on: the first is among the sums of the day before. Days and periods were forgotten by the local
-- date of what is written, which is that of the day after; now by the instants between which they are summed.
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
      WHERE b < s.summed_to AND e > s.day::timestamp AT TIME ZONE s.zone
    ) AND s.day BETWEEN (SELECT min(b)::date - 1 FROM unnest(begins) AS b) AND (SELECT max(e)::date + 1 FROM unnest(ends) AS e)
    ORDER BY s.day, s.zone
    FOR UPDATE
  ));
  DELETE FROM summed_period WHERE ctid = ANY(ARRAY(
    SELECT s.ctid FROM summed_period s
    WHERE s.tenant_id = current_tenant_id() AND s.book = of_book AND EXISTS (
      SELECT FROM unnest(begins, ends) AS span(b, e)
      WHERE b < (s.last_day + 1)::timestamp AT TIME ZONE s.zone AND e > s.day::timestamp AT TIME ZONE s.zone
    )
    ORDER BY s.day, s.zone, s.period
    FOR UPDATE
  ));
END
$$;
