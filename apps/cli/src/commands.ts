import type { Command } from './command.js';
import { auditVerify } from './commands/audit-verify.js';
import { dataKeyRotate } from './commands/data-key-rotate.js';
import { masterKeyGenerate } from './commands/master-key-generate.js';
import { masterKeyRemove } from './commands/master-key-remove.js';
import { masterKeyRotate } from './commands/master-key-rotate.js';
import { masterKeyStatus } from './commands/master-key-status.js';

/** All commands, in the order in which help lists them. */
export const commands: readonly Command[] = [
  masterKeyStatus,
  masterKeyRotate,
  masterKeyRemove,
  masterKeyGenerate,
  dataKeyRotate,
  auditVerify,
];
