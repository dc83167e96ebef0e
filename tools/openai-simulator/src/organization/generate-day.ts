import { weekdayFactor } from './day-shape.js';
import type { Organization, UsageStream } from './organization.js';
import { anchorDay, firstDay } from './plan.js';
import { seededRandom } from './seeded-random.js';
import type { UsageLeaf } from './usage-leaf.js';

/** Everything an organization uses in one UTC day, as it stands once nothing arrives late any more. */
export function generateDay(organization: Organization, day: number): readonly UsageLeaf[] {
  if (day < firstDay || isClosed(day)) return [];
  return organization.streams.flatMap((stream) => leafOf(organization.seed, stream, day) ?? []);
}

/** Christmas Day and New Year's Day: nobody works, every program rests, and the API answers empty buckets. */
function isClosed(day: number): boolean {
  const date = new Date(day * 86_400_000).toISOString().slice(5, 10);
  return date === '12-25' || date === '01-01';
}

function leafOf(seed: number, stream: UsageStream, day: number): UsageLeaf | null {
  if (day < stream.fromDay || day >= stream.toDay) return null;
  const { kind, dimensions, isRegional, shape, perRequest } = stream;
  const draw = (what: number) => seededRandom(seed, stream.stream, day, what);
  const head = { kind, day, stream: stream.stream, dimensions, isRegional, shape };
  if (kind === 'vector_stores') {
    return { ...head, requests: 1, counts: perRequest.map((bytes) => Math.floor(bytes * growth(day))) };
  }
  const expected = stream.requestsPerDay * growth(day) * weekdayFactor(shape, day) * (0.6 + 0.8 * draw(0));
  // Below one a day, some days have one and the others none.
  const requests = Math.floor(expected) + (draw(1) < expected % 1 ? 1 : 0);
  if (requests === 0) return null;
  const counts = perRequest.map((each, index) =>
    each === 0 ? 0 : Math.ceil(requests * each * (0.85 + 0.3 * draw(2 + index))),
  );
  return { ...head, requests, counts };
}

/** The organization uses about twice as much at the anchor as 400 days before. */
function growth(day: number): number {
  return Math.min(2, 1.35 + (day - anchorDay) / 600);
}
