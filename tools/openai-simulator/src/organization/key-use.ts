import type { OrganizationKey } from './organization.js';
import { firstDay } from './plan.js';
import type { Dimensions } from './usage-leaf.js';

/** Whose use it is, as usage names it. */
export function ownerOf(key: OrganizationKey): Dimensions {
  return { project_id: key.project.id, user_id: key.owner.id, api_key_id: key.id };
}

/** The days on which a key and what it uses both exist. */
export function daysOf(
  key: OrganizationKey,
  offered: { from?: string; to?: string } = {},
): { fromDay: number; toDay: number } {
  const dayOf = (text: string | undefined, otherwise: number) =>
    text === undefined ? otherwise : Date.parse(`${text}T00:00:00Z`) / 86_400_000;
  return {
    fromDay: Math.max(firstDay, key.createdDay, dayOf(offered.from, firstDay)),
    toDay: Math.min(key.idleDay, key.project.archivedDay ?? Number.MAX_SAFE_INTEGER, dayOf(offered.to, Infinity)),
  };
}
