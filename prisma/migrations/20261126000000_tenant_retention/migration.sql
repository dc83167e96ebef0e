-- How many days a tenant keeps its single records: usage records, reported usage and probe runs. Null: as the
-- installation. Not fewer than events are accepted back, so that no hour gets a record whose others are gone.
ALTER TABLE tenant
  ADD COLUMN record_retention_days int CHECK (record_retention_days BETWEEN 35 AND 36500);
