-- Where OpenAI keeps a project's data, and processes it, in OpenAI's own word: `GLOBAL`, `JP_STORAGE`,
-- `EU_STORAGE_PROCESSING`, or one that is new. Null: not told, or not listed since.
ALTER TABLE openai_project
  ADD COLUMN residency text;
