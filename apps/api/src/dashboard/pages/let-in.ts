import type { Request, Response } from 'express';
import type { Principal } from '#domain/access-tokens/principal.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { lookInto } from '../session/looked-at-tenant.js';
import { enterSession } from '../session/session.js';
import { dashboardStateOf } from './dashboard-state.js';

/**
 * Begins a session of whoever has just signed in, in place of the one that their browser brought along. Who only signed in
 * again goes on looking into the tenant that they looked into.
 * @param signedInAt when they proved who they are; null when that is not known
 */
export async function letIn(
  deps: DashboardDeps,
  exchange: { request: Request; response: Response },
  { principal, signedInAt }: { principal: Principal; signedInAt: Date | null },
): Promise<void> {
  const { session: before, lookedAt } = dashboardStateOf(exchange.response);
  const sid = await enterSession(deps, exchange, { principal, signedInAt, before });
  if (lookedAt && before && isSame(before.principal, principal)) {
    await lookInto(deps, exchange.response, { sid, slug: lookedAt.slug });
  }
}

function isSame(one: Principal, other: Principal): boolean {
  return one.kind === other.kind && one.id === other.id && one.tenant.id === other.tenant.id;
}
