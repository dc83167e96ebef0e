import { simulatedSecret } from '../simulated-key.js';
import type { Organization, OrganizationKey, OrganizationProject, OrganizationUser } from './organization.js';
import { anchorDay, people, projectPlans } from './plan.js';
import { planStreams } from './plan-streams.js';
import { seededId } from './seeded-id.js';

const never = Number.MAX_SAFE_INTEGER;

/** An organization out of a seed: the same seed makes the same one, down to every id and every figure. */
export function createOrganization(options: { id: string; seed: number }): Organization {
  const { id, seed } = options;
  const users = people.map((name, number) => createUser(seed, name, number));
  const projects = projectPlans.map((plan, number) => ({
    id: seededId('proj_', { seed, number, length: 24 }),
    plan,
    createdDay: anchorDay - plan.createdDaysAgo,
    archivedDay: plan.archivedDaysAgo === undefined ? null : anchorDay - plan.archivedDaysAgo,
    vectorStoreId: seededId('vs_', { seed, number, length: 32 }),
  }));
  const places = projects.flatMap((project) =>
    Array.from({ length: project.plan.keys }, (_each, place) => ({ project, place })),
  );
  const keys = places.map(({ project, place }, number) => createKey({ seed, users, project, place, number }));
  return { id, seed, users, projects, keys, streams: planStreams(projects, keys) };
}

function createUser(seed: number, name: string, number: number): OrganizationUser {
  return {
    id: seededId('user-', { seed, number, length: 24 }),
    name,
    email: `${name.toLowerCase().replace(' ', '.')}@northwind.example`,
    role: number < 2 ? 'owner' : 'reader',
    addedSeconds: (anchorDay - 680 + number * 30) * 86_400,
  };
}

function createKey(parts: {
  seed: number;
  users: readonly OrganizationUser[];
  project: OrganizationProject;
  place: number;
  number: number;
}): OrganizationKey {
  const { seed, users, project, place, number } = parts;
  const isService = place % 2 === 0;
  const user = users[number % users.length];
  const serviceAccount = {
    type: 'service_account' as const,
    id: seededId('svc_acct_', { seed, number, length: 24 }),
    name: `${project.plan.name} service`,
    email: '',
  };
  const createdDay = project.createdDay + place * 20;
  const deletedDay = number % 7 === 3 ? anchorDay - 20 - number * 5 : null;
  return {
    id: seededId('key_', { seed, number, length: 16 }),
    name: `${project.plan.name.toLowerCase().replaceAll(' ', '-')}-${place + 1}`,
    project,
    owner: isService || !user ? serviceAccount : { type: 'user', id: user.id, name: user.name, email: user.email },
    secret: simulatedSecret({
      behaviour: deletedDay === null ? 'healthy' : 'invalid',
      kind: isService ? 'service-account' : 'project',
      label: seededId('', { seed, number: number + 1000, length: 12 }),
    }),
    createdDay,
    deletedDay,
    idleDay: idleDayOf(number, createdDay, deletedDay),
    isOwnerActive: number % 11 !== 5,
    expiresDay: number % 10 === 4 ? anchorDay + 10 + number : null,
  };
}

/** Some keys were never used, some have not been for months, a deleted one stops the day it goes. */
function idleDayOf(number: number, createdDay: number, deletedDay: number | null): number {
  if (number % 9 === 8) return createdDay;
  if (number % 13 === 6) return anchorDay - 75;
  return deletedDay ?? never;
}
