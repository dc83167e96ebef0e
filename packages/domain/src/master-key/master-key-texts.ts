import { readFileSync } from 'node:fs';

type Environment = Record<string, string | undefined>;

/** A master key as it was given: the key itself, or what a key-management service made of it. */
export interface MasterKeyText {
  /** The variable to name in a fault. */
  variable: string;
  text: string;
}

/** A variable that cannot be used. The message begins with its name and never repeats a value. */
export class MasterKeySourceError extends Error {
  override readonly name = 'MasterKeySourceError';
}

/**
 * All master keys that are given, the primary first. `MASTER_KEY` is one; the file of `MASTER_KEY_FILE` (a Docker or
 * Kubernetes secret, or that of the home) may hold several, one to a line, of which the first is the primary; those of
 * `MASTER_KEY_PREVIOUS` or `MASTER_KEY_PREVIOUS_FILE`, separated by white space or commas, only open.
 * @throws MasterKeySourceError
 */
export function readMasterKeyTexts(environment: Environment): [MasterKeyText, ...MasterKeyText[]] {
  const [primary, ...others] = [...textsOf(environment, 'MASTER_KEY'), ...textsOf(environment, 'MASTER_KEY_PREVIOUS')];
  if (primary?.variable.startsWith('MASTER_KEY_PREVIOUS') !== false) {
    throw new MasterKeySourceError(
      'MASTER_KEY: is required (or MASTER_KEY_FILE). Make one with: openssl rand -base64 32',
    );
  }
  return [primary, ...others];
}

function textsOf(environment: Environment, name: 'MASTER_KEY' | 'MASTER_KEY_PREVIOUS'): MasterKeyText[] {
  const value = environment[name] || undefined;
  const file = environment[`${name}_FILE`] || undefined;
  if (value !== undefined && file !== undefined) {
    throw new MasterKeySourceError(`${name}: give this or ${name}_FILE, not both`);
  }
  if (value !== undefined) {
    const texts = name === 'MASTER_KEY' ? [value] : split(value);
    return texts.map((text) => ({ variable: name, text }));
  }
  if (file === undefined) return [];
  const variable = `${name}_FILE`;
  const texts = split(readText(variable, file));
  // An empty file is the key that somebody forgot to write, and not none.
  return (texts.length > 0 ? texts : ['']).map((text) => ({ variable, text }));
}

function split(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '');
}

function readText(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new MasterKeySourceError(`${variable}: the file it names cannot be read (${code ?? 'unknown reason'})`);
  }
}
