import { z } from 'zod';

/** Where a chain stood at some time, as it was logged or exported then. */
export interface AuditAnchor {
  seq: bigint;
  /** Hexadecimal. */
  mac: string;
}

export interface TenantAnchor extends AuditAnchor {
  tenantId: string;
}

/** An anchor as JSON has it. */
export function toAnchorJson({ tenantId, seq, mac }: TenantAnchor): { tenantId: string; seq: number; mac: string } {
  return { tenantId, seq: Number(seq), mac };
}

const anchorJson = z.object({
  tenantId: z.uuid(),
  seq: z.int().positive().transform(BigInt),
  mac: z.string().regex(/^[\da-f]{64}$/),
});

/**
 * The anchors in a text of JSON lines: a file of anchors, or the log of workers. Lines of another kind are passed over, as
 * a log has many.
 */
export function readAnchors(text: string): TenantAnchor[] {
  return text.split('\n').flatMap((line) => {
    const parsed = anchorJson.safeParse(parseOrNull(line));
    return parsed.success ? [parsed.data] : [];
  });
}

function parseOrNull(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null; // a log may have lines that are no JSON
  }
}
