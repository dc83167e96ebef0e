-- Tenants that are suspended or deleted, and access tokens that follow one another.

-- A deleted tenant is kept as it is until `purge_at`, and can be restored until then; whether it was suspended before is
-- kept as well, as that is what it is restored to.
ALTER TABLE tenant
  DROP CONSTRAINT tenant_status_check,
  ADD CONSTRAINT tenant_status_check CHECK (status IN ('active', 'suspended', 'deleted')),
  ADD COLUMN suspended_at timestamptz(3),
  -- Told to whoever is refused for it.
  ADD COLUMN suspended_reason text CHECK (length(suspended_reason) BETWEEN 1 AND 200),
  ADD COLUMN deleted_at timestamptz(3),
  ADD COLUMN purge_at timestamptz(3),
  -- From then on there is nothing to restore.
  ADD COLUMN purge_began_at timestamptz(3),
  ADD CHECK ((status = 'deleted') = (deleted_at IS NOT NULL)),
  ADD CHECK ((status = 'deleted') = (purge_at IS NOT NULL));

ALTER TABLE access_token
  -- Who issued it, as they were called then.
  ADD COLUMN created_by text,
  -- The token that it takes the place of; that one ends by its own `expires_at`.
  ADD COLUMN replaces_id uuid;
-- A token is rotated once: who has the old one twice cannot make two of it.
CREATE UNIQUE INDEX access_token_replaced ON access_token (tenant_id, replaces_id) WHERE replaces_id IS NOT NULL;
