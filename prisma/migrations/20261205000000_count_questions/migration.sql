-- An admin key is opened as well when somebody asks for what is not imported, by GET /costs and GET /projects; that was not counted.
ALTER TABLE secret_use
  DROP CONSTRAINT secret_use_kind_check,
  ADD CONSTRAINT secret_use_kind_check
    CHECK (kind IN ('probe', 'import', 'question', 'refused-probe', 'refused-import'));
