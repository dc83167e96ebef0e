import type { ListedAccessToken } from '#domain/access-tokens/list-access-tokens.js';
import type { TimeFormat, TimeView } from '../format/format-time.js';
import { roleNames } from './frame.js';
import { links } from './links.js';

export interface StateView {
  tone: 'ok' | 'warn' | 'bad' | 'muted';
  icon: string;
  word: string;
  title: string;
  age: TimeView | null;
}

export interface TokenRow {
  id: string;
  name: string;
  role: string;
  createdBy: string;
  created: TimeView;
  state: StateView;
  lastUsed: TimeView | null;
  lastUsedAddress: string;
  isOwn: boolean;
  /** Null for what has ended, and for who may not. */
  hrefs: { rotate: string; revoke: string } | null;
}

export interface TokenRowInput {
  token: ListedAccessToken;
  isOwn: boolean;
  mayManage: boolean;
}

export function tokenRow({ token, isOwn, mayManage }: TokenRowInput, time: TimeFormat, now: Date): TokenRow {
  const state = stateOf(token, { time, now });
  const isOver = token.revokedAt !== null || (token.expiresAt !== null && token.expiresAt <= now);
  const { id } = token;
  return {
    id,
    name: token.name,
    role: roleNames[token.role],
    createdBy: token.createdBy ?? '',
    created: time.ago(token.createdAt, now),
    state,
    lastUsed: token.lastUsedAt && time.ago(token.lastUsedAt, now),
    lastUsedAddress: token.lastUsedAddress ?? '',
    isOwn,
    hrefs:
      isOver || !mayManage
        ? null
        : { rotate: token.isReplaced ? '' : links.tokenAction(id, 'rotate'), revoke: links.tokenAction(id, 'revoke') },
  };
}

function stateOf(
  { revokedAt, expiresAt, isReplaced }: ListedAccessToken,
  { time, now }: { time: TimeFormat; now: Date },
): StateView {
  if (revokedAt) {
    return { tone: 'bad', icon: 'dead', word: 'Revoked', title: 'Refused for good', age: time.ago(revokedAt, now) };
  }
  if (expiresAt === null)
    return { tone: 'ok', icon: 'healthy', word: 'Good', title: 'It never ends by itself', age: null };
  if (expiresAt <= now) {
    const title = isReplaced ? 'Another token took its place' : 'It ended by itself';
    return { tone: 'muted', icon: 'inactive', word: 'Ended', title, age: time.ago(expiresAt, now) };
  }
  const until = `until ${time.dated(expiresAt, now)}`;
  const title = `${isReplaced ? 'Another token took its place; this one is good' : 'Good'} until ${time.exact(expiresAt)}`;
  if (isReplaced) return { tone: 'warn', icon: 'slow', word: `Replaced, good ${until}`, title, age: null };
  return { tone: 'ok', icon: 'healthy', word: `Good ${until}`, title, age: null };
}
