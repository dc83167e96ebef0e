import type { Command } from './command.js';
import { masterKeyStatus } from './commands/master-key-status.js';

/** All commands, in the order in which help lists them. */
export const commands: readonly Command[] = [masterKeyStatus];
