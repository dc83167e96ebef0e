import type { z } from 'zod';

/** Thrown when the environment does not fit. The message names variables and never holds a value. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  /** @param faults each begins with the name of its variable; what several checks found is told once */
  constructor(faults: readonly string[]) {
    const told = [...new Set(faults)];
    super(`The configuration cannot be used:\n${told.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = told;
  }
}

/**
 * Parses the environment with one schema and reports every fault at once, by variable name.
 * An empty variable counts as not set, as people leave them empty in `.env` files.
 * @param furtherFaults found by checks that no schema can make, such as reading a key from a file
 * @throws ConfigError
 */
export function parseConfig<T>(
  schema: z.ZodType<T>,
  environment: Record<string, string | undefined>,
  furtherFaults: readonly string[] = [],
): T {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(set);
  const faults = result.success ? [] : result.error.issues.map((issue) => describe(issue, set));
  if (result.success && furtherFaults.length === 0) return result.data;
  throw new ConfigError([...faults, ...furtherFaults]);
}

function describe(issue: z.core.$ZodIssue, set: Record<string, string | undefined>): string {
  const name = issue.path.join('.') || 'environment';
  const isMissing = issue.code === 'invalid_type' && set[name] === undefined;
  return `${name}: ${isMissing ? 'is required' : issue.message}`;
}
