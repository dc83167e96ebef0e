import { formatUsd } from '#core/money.js';
import { listProjectApiKeys, type OrganizationApiKey } from '#openai/organization/list-project-api-keys.js';
import { listProjectRateLimits, type ProjectRateLimit } from '#openai/organization/list-project-rate-limits.js';
import type { OrganizationProject } from '#openai/organization/list-projects.js';
import { OrganizationReadError } from '#openai/organization/organization-read-error.js';
import { readSpendAlerts } from '#openai/organization/read-spend-alerts.js';
import { readSpendLimit } from '#openai/organization/read-spend-limit.js';
import type { ImportRun } from './import-run.js';
import type { ImportDeps } from './import-settings.js';
import type { SetSpendAlert, SetSpendLimit } from './organization.js';

export interface SetLimits {
  spendLimit: SetSpendLimit | null;
  spendAlerts: SetSpendAlert[];
}

export interface ProjectInventory extends SetLimits {
  project: OrganizationProject;
  /** None of archived projects, whose keys work no more. */
  keys: OrganizationApiKey[];
  rateLimits: Omit<ProjectRateLimit, 'id'>[];
}

export interface Inventory extends SetLimits {
  projects: ProjectInventory[];
}

/**
 * Lists the keys of every active project, and the limits that are set. Limits that the key may not read are left out.
 * @throws OrganizationReadError
 */
export async function readInventory(
  deps: ImportDeps,
  run: ImportRun,
  projects: readonly OrganizationProject[],
): Promise<Inventory> {
  const read: ProjectInventory[] = [];
  for (const project of projects) read.push(await readProject(deps, run, project));
  return { ...(await readLimits(deps, run, null)), projects: read };
}

async function readProject(deps: ImportDeps, run: ImportRun, project: OrganizationProject): Promise<ProjectInventory> {
  if (project.isArchived) return { project, keys: [], rateLimits: [], spendLimit: null, spendAlerts: [] };
  const [keys, rateLimits, limits] = await Promise.all([
    listProjectApiKeys(deps, run.connection, project.id),
    unlessRefused(listProjectRateLimits(deps, run.connection, project.id), []),
    readLimits(deps, run, project.id),
  ]);
  return { project, keys, rateLimits: rateLimits.map(({ id: _id, ...limit }) => limit), ...limits };
}

async function readLimits(deps: ImportDeps, run: ImportRun, projectId: string | null): Promise<SetLimits> {
  const limit = await unlessRefused(readSpendLimit(deps, run.connection, projectId), null);
  const alerts = await unlessRefused(readSpendAlerts(deps, run.connection, projectId), []);
  return {
    spendLimit: limit && {
      usd: formatUsd(limit.thresholdPicoUsd),
      interval: limit.interval,
      isEnforcing: limit.isEnforcing,
    },
    spendAlerts: alerts.map(({ id, thresholdPicoUsd, interval, recipients }) => ({
      id,
      usd: formatUsd(thresholdPicoUsd),
      interval,
      recipients,
    })),
  };
}

/** A restricted admin key may lack the permission for these, and usage and costs are worth having without them. */
async function unlessRefused<T>(reading: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof OrganizationReadError && [403, 404].includes(error.httpStatus ?? 0)) return otherwise;
    throw error;
  }
}
