-- When OpenAI refused to answer about what is older than known_from. The past stays open, is_backfilled false, and is asked about again.
-- Null: it did not, or has answered since.
ALTER TABLE import_feed
  ADD COLUMN refused_at timestamptz(3);
