import type { DayShape } from './day-shape.js';
import type { ProjectPlan } from './plan.js';
import type { Dimensions, UsageKind } from './usage-leaf.js';

export interface OrganizationUser {
  id: string;
  name: string;
  email: string;
  role: 'owner' | 'reader';
  addedSeconds: number;
}

export interface OrganizationProject {
  id: string;
  plan: ProjectPlan;
  createdDay: number;
  /** The first day it is archived; null while it is active. */
  archivedDay: number | null;
  vectorStoreId: string;
}

export interface OrganizationKey {
  id: string;
  name: string;
  project: OrganizationProject;
  owner: { type: 'user' | 'service_account'; id: string; name: string; email: string };
  /** Its plaintext, which the simulator takes as a healthy key, or no more when it is deleted: what a vault may hold. */
  secret: string;
  createdDay: number;
  /** From this day on it is gone from lists; null for a living one. */
  deletedDay: number | null;
  /** The first day it is no longer used: the future, for most. */
  idleDay: number;
  isOwnerActive: boolean;
  expiresDay: number | null;
}

/** Everything that stands still: people, projects, keys, and what each key keeps doing. */
export interface Organization {
  id: string;
  /** Draws everything that is drawn for it. */
  seed: number;
  users: readonly OrganizationUser[];
  projects: readonly OrganizationProject[];
  keys: readonly OrganizationKey[];
  streams: readonly UsageStream[];
}

/** One series of use: what one key keeps doing with one thing, day after day. */
export interface UsageStream {
  /** Its place in the organization's list. */
  stream: number;
  kind: UsageKind;
  dimensions: Dimensions;
  /** Of a project that is processed in a region. */
  isRegional: boolean;
  shape: DayShape;
  /** On an ordinary working day in the middle of the plan. */
  requestsPerDay: number;
  /** Counted per request, in the order of the leaf's `counts`. */
  perRequest: readonly number[];
  fromDay: number;
  /** The first day without. */
  toDay: number;
}

/** A series before it has its place. */
export type PlannedStream = Omit<UsageStream, 'stream' | 'isRegional'>;
