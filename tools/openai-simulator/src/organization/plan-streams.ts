import { extraStreams } from './extra-streams.js';
import { daysOf, ownerOf } from './key-use.js';
import type { OrganizationKey, OrganizationProject, PlannedStream, UsageStream } from './organization.js';
import { firstDay, modelPlans } from './plan.js';
import { tokenParts } from './usage-leaf.js';

/** Every series of use in an organization, in an order that never changes. */
export function planStreams(
  projects: readonly OrganizationProject[],
  keys: readonly OrganizationKey[],
): readonly UsageStream[] {
  const ofKeys = keys.flatMap((key) => [...modelStreams(key), ...extraStreams(key)]);
  const ofProjects = projects.flatMap((project) => [...playgroundStreams(project), ...storageStreams(project)]);
  const regional = projects.flatMap(({ id, plan }) => (plan.residency?.endsWith('_PROCESSING') ? [id] : []));
  return [...ofKeys, ...ofProjects].map((planned, stream) => ({
    ...planned,
    stream,
    isRegional: regional.includes(String(planned.dimensions.project_id)),
  }));
}

function modelStreams(key: OrganizationKey): PlannedStream[] {
  const { plan } = key.project;
  const isAgent = plan.usesAgents === true && key.owner.type === 'service_account';
  return plan.models.map(([model, tier, share]) => ({
    kind: 'completions',
    dimensions: {
      ...ownerOf(key),
      model,
      batch: tier === 'batch',
      service_tier: tier,
      api_source: isAgent ? 'agents_api' : 'unlabeled',
    },
    shape: tier === 'batch' ? 'night' : plan.shape,
    requestsPerDay: plan.requestsPerKey * share,
    perRequest: tokensOf(model),
    ...daysOf(key, modelPlans[model]),
  }));
}

/** Use from the dashboard has a project and a person, and no key. */
function playgroundStreams(project: OrganizationProject): PlannedStream[] {
  if (project.plan.hasPlayground !== true) return [];
  const model = 'gpt-4o-2024-08-06';
  return [
    {
      kind: 'completions',
      dimensions: {
        project_id: project.id,
        user_id: null,
        api_key_id: null,
        model,
        batch: false,
        service_tier: 'default',
        api_source: 'unlabeled',
      },
      shape: 'office',
      requestsPerDay: 25,
      perRequest: tokensOf(model),
      fromDay: firstDay,
      toDay: Number.MAX_SAFE_INTEGER,
    },
  ];
}

function storageStreams(project: OrganizationProject): PlannedStream[] {
  if (project.plan.storedBytes === undefined) return [];
  return [
    {
      kind: 'vector_stores',
      dimensions: { project_id: project.id },
      shape: 'flat',
      requestsPerDay: 1,
      perRequest: [project.plan.storedBytes],
      fromDay: Math.max(firstDay, project.createdDay),
      toDay: project.archivedDay ?? Number.MAX_SAFE_INTEGER,
    },
  ];
}

function tokensOf(model: string): number[] {
  const tokens = modelPlans[model]?.tokens ?? [];
  return tokenParts.map((_part, index) => tokens[index] ?? 0);
}
