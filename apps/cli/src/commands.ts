import type { Command } from './command.js';
import { auditVerify } from './commands/audit-verify.js';
import { backup } from './commands/backup.js';
import { dataKeyRotate } from './commands/data-key-rotate.js';
import { databasePrepare } from './commands/database-prepare.js';
import { doctor } from './commands/doctor.js';
import { masterKeyCombine } from './commands/master-key-combine.js';
import { masterKeyGenerate } from './commands/master-key-generate.js';
import { masterKeyRemove } from './commands/master-key-remove.js';
import { masterKeyRotate } from './commands/master-key-rotate.js';
import { masterKeySplit } from './commands/master-key-split.js';
import { masterKeyStatus } from './commands/master-key-status.js';
import { masterKeyWrap } from './commands/master-key-wrap.js';
import { restore } from './commands/restore.js';

/** All commands, in the order in which help lists them. */
export const commands: readonly Command[] = [
  doctor,
  backup,
  restore,
  databasePrepare,
  masterKeyStatus,
  masterKeyRotate,
  masterKeyRemove,
  masterKeyGenerate,
  masterKeyWrap,
  masterKeySplit,
  masterKeyCombine,
  dataKeyRotate,
  auditVerify,
];
