import { z } from 'zod';
import type { AdminConnection, AdminReadDeps } from './admin-connection.js';
import { OrganizationReadError } from './organization-read-error.js';
import { readAdminJson, type AdminQuery } from './read-admin-json.js';

const pageSchema = z.object({ data: z.array(z.unknown()), has_more: z.boolean(), last_id: z.string().nullish() });

// A hundred items each: ten thousand of anything is more than an organization may have.
const maxPages = 100;

/**
 * Every item of a list, following `last_id`.
 * @throws OrganizationReadError as `readAdminJson`, and `unreadable-answer` for an item that does not fit, with the names
 * of what does not; `repeated-cursor`, `too-many-pages`.
 */
export async function readList<T>(
  deps: AdminReadDeps,
  connection: AdminConnection,
  asked: AdminQuery & { item: z.ZodType<T> },
): Promise<T[]> {
  const { path, query, item } = asked;
  const items: T[] = [];
  const seen = new Set<string>();
  let after: string | undefined;
  for (let count = 1; ; count += 1) {
    const answer = await readAdminJson(deps, connection, { path, query: { limit: 100, ...query, after } });
    const page = parse(pageSchema, answer, path);
    items.push(...page.data.map((each) => parse(item, each, path)));
    if (!page.has_more) return items;
    const { last_id: lastId } = page;
    if (typeof lastId !== 'string') throw unreadable(path, 'last_id');
    if (seen.has(lastId))
      throw new OrganizationReadError('repeated-cursor', `${path}: a page names itself as the next.`);
    if (count >= maxPages)
      throw new OrganizationReadError('too-many-pages', `${path}: no end after ${maxPages} pages.`);
    seen.add(lastId);
    after = lastId;
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw unreadable(path, result.error.issues.map((issue) => issue.path.join('.')).join(', '));
}

function unreadable(path: string, fields: string): OrganizationReadError {
  return new OrganizationReadError('unreadable-answer', `${path}: not what OpenAI answers: ${fields || 'no object'}.`);
}
