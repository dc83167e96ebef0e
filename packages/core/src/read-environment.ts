import { existsSync } from 'node:fs';

/** Exit status of a process whose configuration must be changed before it can run (EX_CONFIG of sysexits.h). */
export const exitConfig = 78;

/**
 * The environment with `.env` of the working directory beneath it: what is set outside wins.
 * Called once, by each process's main.
 */
export function readEnvironment(): Record<string, string | undefined> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  // oxlint-disable-next-line node/no-process-env
  return process.env;
}
