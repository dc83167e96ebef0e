-- Each list of events adds to the sums of the same end users again. With room for it on their page a sum is replaced in
-- place; without, each addition wrote another entry of the index as well, past which the next one had to find its row.
ALTER TABLE end_user_hourly SET (fillfactor = 50);
