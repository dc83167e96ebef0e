-- Hours whose costs each have room must have it together, whatever prices a tenant gives itself: its days could not be summed,
-- and the re-rating by which it mends such prices could not be finished. More digits before the point rewrite no row.
ALTER TABLE day_sum ALTER COLUMN cost_usd TYPE numeric(36, 12);
ALTER TABLE period_sum ALTER COLUMN cost_usd TYPE numeric(36, 12);
ALTER TABLE re_rating ALTER COLUMN usd_before TYPE numeric(36, 12), ALTER COLUMN usd_after TYPE numeric(36, 12);
