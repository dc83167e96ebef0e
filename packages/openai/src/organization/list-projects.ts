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
}

const item = z
  .object({
    id: z.string(),
    name: z.string().nullish(),
    status: z.string().nullish(),
    created_at: unixSeconds,
    archived_at: unixSecondsOrNull,
  })
  .transform((project): OrganizationProject => ({
    id: project.id,
    name: project.name ?? null,
    isArchived: project.status === 'archived' || project.archived_at !== null,
    createdAt: project.created_at,
    archivedAt: project.archived_at,
  }));

/** Every project of the organization, archived ones too: their past usage still names them. Errors as `readList`. */
export function listProjects(deps: AdminReadDeps, connection: AdminConnection): Promise<OrganizationProject[]> {
  return readList(deps, connection, { path: '/organization/projects', query: { include_archived: true }, item });
}
