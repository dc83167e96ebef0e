/** What says where an installation has its data, its keys and its people, and which files it writes. */
const ofAnInstallation =
  /^(DATABASE_URL|REDIS_URL|MASTER_KEY\w*|KEYLEDGER_HOME|NODE_ENV|OUTBOUND_ALLOW|OIDC_\w+|PUBLIC_URL|AUDIT_ANCHOR_FILE|WORKER_ALIVE_FILE)$/;

/**
 * The environment without anything of an installation that is configured on this machine, and with `openAiBaseUrl` in OpenAI's
 * place. What is taken out is empty rather than absent, as api and worker read `.env` beneath what they are given.
 */
export function demoEnvironment(
  given: Readonly<Record<string, string | undefined>>,
  { openAiBaseUrl }: { openAiBaseUrl: string },
): Record<string, string | undefined> {
  const taken = Object.keys(given).filter((name) => ofAnInstallation.test(name));
  return { ...given, ...Object.fromEntries(taken.map((name) => [name, ''])), OPENAI_BASE_URL: openAiBaseUrl };
}
