import { expect, test } from 'vitest';
import { readMasterKeyTexts } from '#domain/master-key/master-key-texts.js';
import { readApiConfig } from '../../../../apps/api/src/config.js';
import { readWorkerConfig } from '../../../../apps/worker/src/config.js';
import { demoEnvironment } from './demo-environment.js';

const openAiBaseUrl = 'http://127.0.0.1:1/v1';

test('the demo has nothing of an installation on this machine, also where its processes read .env again', () => {
  const dotEnv = {
    DATABASE_URL: 'postgres://them@db/keyledger',
    REDIS_URL: 'redis://redis:6379',
    MASTER_KEY: 'vault:v1:theirs',
    MASTER_KEY_PREVIOUS_FILE: '/run/secrets/older',
    MASTER_KEY_KMS_URL: 'https://bao.internal',
    KEYLEDGER_HOME: '/srv/keyledger',
    NODE_ENV: 'production',
    OUTBOUND_ALLOW: 'litellm.internal',
    OIDC_ISSUER: 'https://id.example.com',
    OIDC_MAPPING: 'group:ops=acme/operator',
    PUBLIC_URL: 'https://keys.example.com',
    AUDIT_ANCHOR_FILE: '/var/log/anchors',
    WORKER_ALIVE_FILE: '/run/alive',
    OPENAI_BASE_URL: 'https://api.openai.com/v1',
    PORT: '6001',
  };
  // As the supervisor passes it on, with its own database and key file, and `.env` beneath.
  const own = { DATABASE_URL: 'postgres://demo@127.0.0.1/demo', MASTER_KEY_FILE: new URL(import.meta.url).pathname };
  const passedOn = { ...dotEnv, ...demoEnvironment(dotEnv, { openAiBaseUrl }), ...own };
  const theirs = Object.entries(dotEnv).filter(([name]) => name !== 'PORT' && name !== 'OPENAI_BASE_URL');
  const values = Object.values(passedOn);
  for (const [name, value] of theirs) expect([name, values.includes(value)]).toEqual([name, false]);
  expect(readApiConfig(passedOn, [])).toMatchObject({
    NODE_ENV: 'development',
    PORT: 6001,
    OPENAI_BASE_URL: openAiBaseUrl,
  });
  expect(readWorkerConfig(passedOn, []).REDIS_URL).toBeUndefined();
  expect(readMasterKeyTexts(passedOn).map(({ variable }) => variable)).toContain('MASTER_KEY_FILE');
});
