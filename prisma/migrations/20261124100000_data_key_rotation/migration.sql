-- A tenant's data key is replaced: every secret is sealed anew, then the old one is removed.

-- How often the secret was replaced. What a probe finds is judged by it: a fingerprint also changes with the data key.
ALTER TABLE provider_key ADD COLUMN secret_revision integer NOT NULL DEFAULT 1;

-- Whatever the program does, the data key that seals new secrets is not deleted.
GRANT DELETE ON tenant_data_key TO keyledger_app;
CREATE POLICY only_retired ON tenant_data_key AS RESTRICTIVE FOR DELETE TO keyledger_app USING (retired_at IS NOT NULL);
