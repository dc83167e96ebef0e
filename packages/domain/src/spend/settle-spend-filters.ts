import type { Clock } from '#core/clock.js';
import { nilUuid } from '#core/ids.js';
import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { type Book, type BookFilter, books, type Calendar } from '../books/book.js';
import { isNamedInBooks } from '../books/is-named-in-books.js';
import { assertProjectKnown } from '../openai-projects/assert-project-known.js';
import type { TenantPriceBooks } from '../prices/tenant-price-books.js';
import type { DayRange } from './local-days.js';
import { settleModel } from './settle-model.js';

interface FilterQuestion extends DayRange {
  book: Book;
  calendar: Calendar;
  only: BookFilter;
}

/**
 * What is meant by filters that found nothing, so that a misspelt one is not answered with “nothing was spent”. A model comes
 * back under the name that the book has for it, where one alone has the same prices. An id is known when it is listed here,
 * or when one of the books names it, in the last 400 days or in those asked about; so is a tier. A kind is known to its own book.
 * @throws Problem `not-found` for an organization, project, key, tier or kind that the tenant does not have,
 *   `invalid-request` for a model that neither usage nor prices name, or that may be several
 */
export async function settleSpendFilters(
  deps: { db: Database; clock: Clock; priceBooks: TenantPriceBooks },
  tenantId: string,
  question: FilterQuestion,
): Promise<BookFilter> {
  const { book, only, fromDay, toDay } = question;
  const asked = { fromDay, toDay };
  const isUsed: IsUsed = (alone, among) =>
    isNamedInBooks(deps, tenantId, { only: alone, asked, ...(among && { among }) });
  const listed = await readListed(deps, tenantId, only);
  if (only.organizationId && !listed.organization) {
    throw notFound('organization', 'There is no such organization. GET /organizations lists them.');
  }
  if (only.projectId) await assertProjectKnown(deps, tenantId, { id: only.projectId, asked });
  await assertKey(book, { keyId: only.keyId, listed, isUsed });
  if (only.tier && !(await isUsed({ tier: only.tier }))) {
    throw notFound('tier', 'There is no usage of this tier. by=tier lists those that there are.');
  }
  if (only.kind) await assertKind(book, { kind: only.kind }, isUsed);
  return only.model
    ? { ...only, model: await settleModel(deps, tenantId, { ...question, name: only.model, isUsed }) }
    : only;
}

/** `among`: default all books. */
type IsUsed = (only: BookFilter, among?: readonly Book[]) => Promise<boolean>;

interface Listed {
  organization: boolean;
  storedKey: boolean;
  openaiKey: boolean;
  /** The same key by its other id. */
  storedAs: string | null;
  openaiAs: string | null;
}

async function readListed(deps: { db: Database }, tenantId: string, only: BookFilter): Promise<Listed> {
  const { organizationId = null, keyId = null } = only;
  const [row] = await withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<Listed[]>`
      SELECT
        EXISTS (SELECT FROM organization WHERE tenant_id = t.id AND id = ${organizationId}::uuid) AS organization,
        EXISTS (SELECT FROM provider_key WHERE tenant_id = t.id AND id::text = ${keyId}) AS "storedKey",
        EXISTS (SELECT FROM openai_api_key WHERE tenant_id = t.id AND id = ${keyId}) AS "openaiKey",
        (SELECT provider_key_id::text FROM openai_api_key WHERE tenant_id = t.id AND id = ${keyId}) AS "storedAs",
        (SELECT min(id) FROM openai_api_key WHERE tenant_id = t.id AND provider_key_id::text = ${keyId}) AS "openaiAs"
      FROM tenant AS t WHERE t.id = ${tenantId}::uuid`,
  );
  if (!row) throw new Error('filters are those of a tenant that exists');
  return row;
}

/** Each book has its own ids of keys, so one of the other is as unknown to it as one of nobody. */
async function assertKey(
  book: Book,
  { keyId, listed, isUsed }: { keyId: string | undefined; listed: Listed; isUsed: IsUsed },
): Promise<void> {
  if (!keyId || keyId === nilUuid) return;
  const isMeasured = book === 'measured';
  const other = isMeasured ? listed.storedAs : listed.openaiAs;
  if (isMeasured ? listed.storedKey : listed.openaiKey) return;
  if (other === null && (isMeasured ? !listed.openaiKey : !listed.storedKey) && (await isUsed({ keyId }))) return;
  const named = isMeasured
    ? 'The measured book names keys by the ids that they are stored under'
    : `The ${book} book names keys by OpenAI’s ids of them`;
  const advice = other === null ? (isMeasured ? 'GET /keys lists them' : 'by=key lists them') : `this one is ${other}`;
  throw notFound('key', `There is no such key. ${named}; ${advice}.`);
}

/** Each book has its own kinds: lines of a bill, endpoints of OpenAI's usage, and what was sent to Keyledger. */
async function assertKind(book: Book, only: { kind: string }, isUsed: IsUsed): Promise<void> {
  if (await isUsed(only, [book])) return;
  const named = await Promise.all(books.map(async (other) => ((await isUsed(only, [other])) ? other : [])));
  const [other] = named.flat();
  const advice = other ? `The ${other} book has it: book=${other}` : 'by=kind lists those that there are';
  throw notFound('kind', `There is no usage of this kind in the ${book} book. ${advice}.`);
}

function notFound(field: string, detail: string): Problem {
  return new Problem('not-found', { field, detail });
}
