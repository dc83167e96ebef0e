import { roleAllows } from '#domain/access-tokens/access-role.js';
import type { ListedAccessToken } from '#domain/access-tokens/list-access-tokens.js';
import { timeFormatFor } from '../format/format-time.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { links } from './links.js';
import { settingsTabs, type SettingsTabView } from './settings-tabs.js';
import { type TokenRow, tokenRow } from './token-row.js';

export interface TokensPage {
  frame: Frame;
  tabs: SettingsTabView[];
  rows: TokenRow[];
  nextHref: string;
  hrefs: { issue: string };
}

export interface TokensPageInput {
  frame: FrameInput;
  tokens: ListedAccessToken[];
  /** The one that the reader came with. */
  ownTokenId: string;
  nextCursor: string | null;
}

export function tokensPage(input: TokensPageInput): TokensPage {
  const { frame } = input;
  const time = timeFormatFor(frame.tenant.reportingTimeZone);
  const mine = frame.viewer.role;
  return {
    frame: buildFrame(frame, { section: 'settings', title: 'Access tokens' }),
    tabs: settingsTabs(frame.viewer, 'tokens'),
    rows: input.tokens.map((token) =>
      tokenRow(
        {
          token,
          isOwn: token.id === input.ownTokenId,
          mayManage: roleAllows(mine, token.role),
        },
        time,
        frame.now,
      ),
    ),
    nextHref: input.nextCursor === null ? '' : `${links.settings('tokens')}?cursor=${input.nextCursor}`,
    hrefs: { issue: links.newToken() },
  };
}
