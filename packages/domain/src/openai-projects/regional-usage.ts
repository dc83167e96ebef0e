import type { Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { keysAtOpenAi } from './keys-at-openai.js';

/** OpenAI's words for a residency that is processing in a region all end so, new ones too; of storing alone it is none. */
const ending = '_PROCESSING';

export function isRegional(residency: string | null): boolean {
  return residency?.endsWith(ending) ?? false;
}

/** The ids of the projects that are regional. A project gets its residency when it is made. */
export const regionalProjects = Prisma.sql`
  SELECT id FROM openai_project WHERE tenant_id = current_tenant_id() AND residency LIKE ${`%\\${ending}`}`;

/** The ids of the stored keys that are known to be of such a project. */
export const regionalKeys = Prisma.sql`
  SELECT stored_id AS provider_key_id FROM (${keysAtOpenAi(Prisma.sql`current_tenant_id()`)}) AS known
  WHERE project_id IN (${regionalProjects})`;

/** The regional projects, asked for once for many rows. */
export async function listRegionalProjects(tx: Pick<Tx, '$queryRaw'>): Promise<ReadonlySet<string>> {
  const projects = await tx.$queryRaw<{ id: string }[]>(regionalProjects);
  return new Set(projects.map(({ id }) => id));
}
