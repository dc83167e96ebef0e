import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '#core/clock.js';
import { newId } from '#core/ids.js';
import type { Cookies } from './signed-cookies.js';

/** How long a sign-in page may stay open before it is used. */
const keptMs = 12 * 3_600_000;

const claimsSchema = z.object({ visitorId: z.uuid() });

/** The id that forms are bound to before there is a session; null when the browser sends none. */
export async function findVisitor(deps: { cookies: Cookies }, request: Request): Promise<string | null> {
  return claimsSchema.safeParse(await deps.cookies.read(request, 'visitor')).data?.visitorId ?? null;
}

/** The same, and a new one for a browser that has none. */
export async function ensureVisitor(
  deps: { cookies: Cookies; clock: Clock },
  request: Request,
  response: Response,
): Promise<string> {
  const known = await findVisitor(deps, request);
  if (known !== null) return known;
  const visitorId = newId();
  const expiresAt = new Date(deps.clock.now().getTime() + keptMs);
  await deps.cookies.write(response, 'visitor', { claims: { visitorId }, expiresAt });
  return visitorId;
}
