import type { z } from 'zod';

/** Thrown when the environment does not fit the schema. The message names variables and never holds a value. */
export class ConfigError extends Error {
  constructor(faults: readonly string[]) {
    super(`Configuration is not usable:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Parses the environment with one schema and reports every fault at once, by variable name.
 * An empty variable counts as not set, as people leave them empty in `.env` files.
 * @throws ConfigError
 */
export function parseConfig<T>(schema: z.ZodType<T>, environment: Record<string, string | undefined>): T {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(set);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map((issue) => {
      const name = issue.path.join('.') || 'environment';
      const missing = issue.code === 'invalid_type' && set[name] === undefined;
      return `${name}: ${missing ? 'is required' : issue.message}`;
    }),
  );
}
