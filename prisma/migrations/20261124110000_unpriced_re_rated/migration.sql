-- Of the records that a re-rating changed, those that had no price before, and those that have none now: their cost is unknown, not 0.
ALTER TABLE re_rating
  ADD COLUMN rows_unpriced_before bigint NOT NULL DEFAULT 0,
  ADD COLUMN rows_unpriced_after  bigint NOT NULL DEFAULT 0;
