import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '#core/clock.js';
import type { FlashInput } from '../view-models/frame.js';
import { isBackgroundRequest } from './is-background-request.js';
import type { Cookies } from './signed-cookies.js';

/** Long enough for the redirect that it is written for. */
const keptMs = 60_000;

const claimsSchema = z.object({
  tone: z.enum(['ok', 'warn', 'bad']),
  text: z.string(),
  undo: z.string().nullable(),
});

interface FlashDeps {
  clock: Clock;
  cookies: Cookies;
}

/** What the next page says of what was just done. Words for the reader only, never a secret: the cookie is readable. */
export async function writeFlash({ clock, cookies }: FlashDeps, response: Response, flash: FlashInput): Promise<void> {
  await cookies.write(response, 'flash', {
    claims: { tone: flash.tone, text: flash.text, undo: flash.undo?.action ?? null },
    expiresAt: new Date(clock.now().getTime() + keptMs),
  });
}

/** Once: reading takes it away. A refresh in the background leaves it for the page that a person sees. */
export async function takeFlash(
  { cookies }: FlashDeps,
  request: Request,
  response: Response,
): Promise<FlashInput | null> {
  if (isBackgroundRequest(request)) return null;
  const claims = claimsSchema.safeParse(await cookies.read(request, 'flash')).data;
  if (!claims) return null;
  cookies.clear(response, 'flash');
  return { ...claims, undo: claims.undo === null ? null : { action: claims.undo } };
}
