/**
 * In what an organization and the keys that are stored here differ, or a key at OpenAI wants to be looked at.
 * - `not-stored`: it works at OpenAI, and nobody stored it here.
 * - `gone`: it is stored here, and was deleted at OpenAI.
 * - `unused`: not used for a while, or never.
 * - `no-owner-access`: whoever it belongs to has no access to the project any more, and the key still works.
 * - `expiring`: it expires within 30 days.
 */
export const driftKinds = ['not-stored', 'gone', 'unused', 'no-owner-access', 'expiring'] as const;
export type DriftKind = (typeof driftKinds)[number];

/** A key of an organization and one thing about it; one that is several things is listed as often. */
export interface DriftItem {
  kind: DriftKind;
  /** OpenAI's ids and names. */
  keyId: string;
  keyName: string;
  redactedValue: string;
  projectId: string;
  projectName: string | null;
  ownerName: string | null;
  /** The stored key that it is; null when none is. */
  providerKeyId: string | null;
  keyLabel: string | null;
  createdAt: Date;
  /** Null: never. */
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  goneAt: Date | null;
}
