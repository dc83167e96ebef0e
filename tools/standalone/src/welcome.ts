import { relative } from 'node:path';
import type { StandaloneConfig } from './standalone-config.js';
import type { Terminal } from './terminal.js';
import type { UnlockedVault } from './unlock-vault.js';

/** What someone needs to know once everything runs. */
export function welcome(
  terminal: Terminal,
  facts: {
    config: StandaloneConfig;
    url: string;
    version: string;
    vault: UnlockedVault;
    newToken: string | null;
    database: string;
    hint: string;
  },
): void {
  const { config, vault, newToken } = facts;
  terminal.print(`\n  ${terminal.bold('Keyledger')} ${facts.version}\n`);
  terminal.printPair('Dashboard', terminal.bold(facts.url));
  if (newToken !== null) {
    terminal.printPair('Token', `${terminal.bold(newToken)}  ${terminal.dim('← to sign in; shown only now')}`);
  } else if (config.firstToken !== undefined) {
    terminal.printPair('Token', 'the one in API_KEY');
  } else {
    terminal.printPair('Token', `one that was shown before  ${terminal.dim('← lost? Start with another in API_KEY')}`);
  }
  terminal.printPair('Database', facts.database);
  if (vault.keyFile !== undefined) terminal.printPair('Master key', shorten(vault.keyFile));
  terminal.printPair('Logs', shorten(`${config.home}/logs`));
  // Also where an earlier start made it, and did not come this far.
  if (vault.keyIsNew || (newToken !== null && vault.keyFile !== undefined)) {
    terminal.print('\n  Back the master key up, away from the database:');
    terminal.print('  whoever loses it loses every stored key.');
  }
  if (facts.hint !== '') terminal.print(`\n  ${facts.hint}`);
  terminal.print(terminal.dim('\n  Ctrl-C stops everything.\n'));
}

function shorten(path: string): string {
  const fromHere = relative('', path);
  return fromHere.startsWith('..') ? path : fromHere;
}
