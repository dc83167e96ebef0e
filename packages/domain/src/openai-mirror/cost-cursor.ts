import { Problem } from '#core/problem.js';
import { fingerprintOf, type CostSelection } from './cost-question.js';

/** What a cursor belongs to: followed with another question it would answer neither. */
type Asked = CostSelection & { start: number; end: number | null; organization: string | undefined };

/** Where the next page starts (Unix seconds), as an opaque text of the form of OpenAI's. */
export function writeCostCursor(nextStart: number, asked: Asked): string {
  return `page_${nextStart.toString(36)}-${signOf(asked)}`;
}

/** @throws Problem `invalid-request` for what is no cursor of this question */
export function readCostCursor(cursor: string, asked: Asked): number {
  const [, start, sign] = /^page_([0-9a-z]{1,10})-([\w-]+)$/.exec(cursor) ?? [];
  if (start === undefined || sign !== signOf(asked)) {
    const detail = 'This is not a page of this question. Pass `next_page`, and everything else as it was.';
    throw new Problem('invalid-request', { field: 'page', detail });
  }
  return Number.parseInt(start, 36);
}

function signOf({ start, end, organization, ...selection }: Asked): string {
  return fingerprintOf(selection, start, end, organization ?? null).slice(0, 16);
}
