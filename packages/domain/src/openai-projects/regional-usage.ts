import { Prisma } from '#db/rows.js';

/**
 * The ids of the projects whose residency is processing in a region, as OpenAI's words for that all end, new ones too; and of
 * storing alone it is none. A project gets its residency when it is made.
 */
export const regionalProjects = Prisma.sql`
  SELECT id FROM openai_project WHERE tenant_id = current_tenant_id() AND residency LIKE ${String.raw`%\_PROCESSING`}`;

/** The ids of the stored keys that are known to be of such a project. */
export const regionalKeys = Prisma.sql`
  SELECT provider_key_id FROM openai_api_key
  WHERE tenant_id = current_tenant_id() AND provider_key_id IS NOT NULL AND project_id IN (${regionalProjects})`;
