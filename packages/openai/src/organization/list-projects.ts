import { z } from 'zod';
import type { AdminConnection, AdminReadDeps } from './admin-connection.js';
import { readList } from './read-list.js';
import { unixSeconds, unixSecondsOrNull } from './unix-seconds.js';

export interface OrganizationProject {
  id: string;
  name: string | null;
  isArchived: boolean;
  createdAt: Date;
  archivedAt: Date | null;
  /** Where its data is kept, and processed: `GLOBAL`, `EU_STORAGE_PROCESSING`, `JP_STORAGE`, or one that is new. */
  residency: string | null;
}

const item = z
  .object({
    id: z.string(),
    name: z.string().nullish(),
    status: z.string().nullish(),
    created_at: unixSeconds,
    archived_at: unixSecondsOrNull,
    residency: z.string().nullish(),
  })
  .transform((project): OrganizationProject => ({
    id: project.id,
    name: project.name ?? null,
    isArchived: project.status === 'archived' || project.archived_at !== null,
    createdAt: project.created_at,
    archivedAt: project.archived_at,
    residency: project.residency ?? null,
  }));

/** Every project of the organization, archived ones too: their past usage still names them. Errors as `readList`. */
export function listProjects(deps: AdminReadDeps, connection: AdminConnection): Promise<OrganizationProject[]> {
  return readList(deps, connection, { path: '/organization/projects', query: { include_archived: true }, item });
}
