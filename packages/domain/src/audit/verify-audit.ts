import { chainMac, chainStart } from '#crypto/chain-mac.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database, Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import type { AuditAnchor } from './audit-anchor.js';
import { contentOf } from './audit-event.js';
import { findAuditKey } from './audit-key.js';
import { type AuditRow, readAuditRows } from './read-audit-rows.js';

export interface AuditVerdict {
  /** How many events the chain has. */
  events: bigint;
  /** Its end; null of an empty one. To be kept elsewhere, as only that shows when the end is cut off. */
  head: AuditAnchor | null;
  /**
   * Where it first breaks; null when it is whole. `missing`: an event is not there, or stands elsewhere, as one does that was
   * added; `altered`: one is not as it was written; `cut`: the chain ends before an anchor, or passes another than was said.
   */
  fault: AuditFault | null;
  /** The first 100, in order; what follows a fault is judged by the links as they are stored. */
  faults: AuditFault[];
  /** How many there are in all. */
  faultCount: number;
}

export interface AuditFault {
  seq: bigint;
  kind: 'missing' | 'altered' | 'cut';
}

const mostFaults = 100;

const pageSize = 1_000;

/** Of the column, not of a chain: whoever owns the tables can put an event before the first. */
const leastSeq = -(2n ** 63n);

/**
 * Reads a tenant's chain from its beginning, in pages, and makes every MAC anew.
 * @param anchors of this tenant, in any order
 * @throws CannotOpenError when the master key does not fit
 */
export async function verifyAudit(
  deps: { db: Database; ring: MasterKeyRing },
  tenantId: string,
  { anchors = [] }: { anchors?: readonly AuditAnchor[] } = {},
): Promise<AuditVerdict> {
  const expected = new Map<bigint, Set<string>>();
  for (const { seq, mac } of anchors) expected.set(seq, (expected.get(seq) ?? new Set()).add(mac));
  const chain = { key: await readKey(deps, tenantId), seq: 0n, mac: chainStart, expected };
  const faults: AuditFault[] = [];
  let faultCount = 0;
  let whole: Pick<AuditVerdict, 'events' | 'head'> | null = null;
  let looked = 0;
  const note = (kind: AuditFault['kind']) => {
    whole ??= standOf(chain);
    faultCount += 1;
    if (faults.length < mostFaults) faults.push({ seq: chain.seq + 1n, kind });
  };
  for (let last = leastSeq; ; last = chain.seq) {
    const links = await withTenant(deps.db, tenantId, (tx) =>
      readAuditRows(tx, tenantId, { where: [Prisma.sql`seq > ${last}`], order: 'ascending', limit: pageSize }),
    );
    for (const link of links) {
      const fault = faultOf(tenantId, link, chain);
      if (fault) note(fault);
      chain.seq = link.event.seq;
      chain.mac = link.mac;
    }
    looked += links.length;
    if (links.length < pageSize) break;
  }
  const standing = await withTenant(deps.db, tenantId, (tx) => countUpTo(tx, tenantId, chain.seq));
  if (standing > looked) note('missing');
  const beyond = [...expected.keys()].find((seq) => seq > chain.seq);
  if (beyond !== undefined) note('cut');
  // The key is made with the first event, in the same transaction.
  else if (chain.key !== null && chain.seq === 0n) note('missing');
  return { ...(whole ?? standOf(chain)), fault: faults[0] ?? null, faults, faultCount };
}

interface Chain {
  key: string | null;
  /** Of the last event that was looked at. */
  seq: bigint;
  mac: Uint8Array;
  /** What anchors say of an event: one thing, unless the chain was another in between. */
  expected: ReadonlyMap<bigint, ReadonlySet<string>>;
}

function standOf({ seq, mac }: Chain): Pick<AuditVerdict, 'events' | 'head'> {
  return { events: seq, head: seq === 0n ? null : { seq, mac: Buffer.from(mac).toString('hex') } };
}

function faultOf(
  tenantId: string,
  { event, mac }: AuditRow,
  { key, seq, mac: before, expected }: Chain,
): 'missing' | 'altered' | 'cut' | null {
  if (event.seq !== seq + 1n || key === null) return 'missing';
  if (!Buffer.from(chainMac(key, before, contentOf(tenantId, event))).equals(mac)) return 'altered';
  const said = [...(expected.get(event.seq) ?? [])];
  return said.every((anchor) => anchor === Buffer.from(mac).toString('hex')) ? null : 'cut';
}

/** Pages go by number: a row that shares its number with another, has the least of all or none, may stand in no page. */
async function countUpTo(tx: Tx, tenantId: string, last: bigint): Promise<number> {
  const [row] = await tx.$queryRaw<{ rows: bigint }[]>`
    SELECT count(*) AS rows FROM audit_event WHERE tenant_id = ${tenantId}::uuid AND (seq <= ${last} OR seq IS NULL)`;
  return Number(row?.rows);
}

function readKey(deps: { db: Database; ring: MasterKeyRing }, tenantId: string): Promise<string | null> {
  return withTenant(deps.db, tenantId, (tx) => findAuditKey(deps.ring, tx, tenantId));
}
