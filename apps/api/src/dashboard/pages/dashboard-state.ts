import type { Response } from 'express';
import type { Tenant } from '#domain/tenants/tenant.js';
import type { Session } from '../session/session.js';

const key = 'dashboard';

export interface DashboardState {
  session: Session | null;
  /** Of another than the session's own. */
  lookedAt: Tenant | null;
}

export function setDashboardState(response: Response, state: DashboardState): void {
  response.locals[key] = state;
}

export function dashboardStateOf(response: Response): DashboardState {
  return (response.locals[key] as DashboardState | undefined) ?? { session: null, lookedAt: null };
}
