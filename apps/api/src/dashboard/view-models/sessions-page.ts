import { roleAllows } from '#domain/access-tokens/access-role.js';
import type { SessionView } from '#domain/sessions/session-view.js';
import { nameDevice } from '../format/name-device.js';
import { type TimeView, timeFormatFor } from '../format/format-time.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { links } from './links.js';
import { settingsTabs, type SettingsTabView } from './settings-tabs.js';

interface SessionRow {
  device: string;
  /** All that the browser says of itself, for whoever wants to know exactly. */
  userAgent: string;
  address: string;
  since: TimeView;
  lastSeen: TimeView;
  holder: string;
  holderKind: string;
  isCurrent: boolean;
  /** What a screen reader hears of the link to end it. */
  endLabel: string;
  /** Null for who may not. */
  hrefs: { revoke: string } | null;
}

export interface SessionsPage {
  frame: Frame;
  tabs: SettingsTabView[];
  own: SessionRow[];
  /** Null for who may not see them. */
  others: { rows: SessionRow[] } | null;
  hrefs: { everywhere: string };
}

export function sessionsPage(input: {
  frame: FrameInput;
  own: readonly SessionView[];
  others: readonly SessionView[] | null;
  currentId: string;
}): SessionsPage {
  const { tenant, now, viewer } = input.frame;
  const time = timeFormatFor(tenant.reportingTimeZone);
  const toRow = (session: SessionView): SessionRow => {
    const device = nameDevice(session.userAgent);
    return {
      device,
      userAgent: session.userAgent ?? '',
      address: session.address ?? '',
      since: time.ago(session.beganAt, now),
      lastSeen: time.ago(session.lastSeenAt, now),
      holder: session.holder.name,
      holderKind: session.holder.kind === 'token' ? 'access token' : 'person',
      isCurrent: session.id === input.currentId,
      endLabel: `End the session of ${session.holder.name} in ${device}`,
      hrefs: roleAllows(viewer.role, session.holder.role) ? { revoke: links.revokeSession(session.id) } : null,
    };
  };
  return {
    frame: buildFrame(input.frame, { section: 'settings', title: 'Sessions' }),
    tabs: settingsTabs(viewer, 'sessions'),
    own: input.own.map(toRow),
    others: input.others && { rows: input.others.map(toRow) },
    hrefs: { everywhere: links.signOutEverywhere() },
  };
}
