import { Prisma } from '#db/rows.js';

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
  SELECT provider_key_id FROM openai_api_key
  WHERE tenant_id = current_tenant_id() AND provider_key_id IS NOT NULL AND project_id IN (${regionalProjects})`;
