import type { SessionView } from '#domain/sessions/session-view.js';
import { nameDevice } from '../format/name-device.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { links } from './links.js';

/** Asks once more before a session, or all of them, end. */
export interface SessionEndPage {
  frame: Frame;
  title: string;
  text: string;
  submitLabel: string;
  hrefs: { submit: string; cancel: string };
}

export function sessionEndPage(input: { frame: FrameInput; session: SessionView; isOwn: boolean }): SessionEndPage {
  const { session, isOwn } = input;
  const device = nameDevice(session.userAgent);
  const from = session.address === null ? '' : `, last from ${session.address}`;
  const whose = isOwn ? 'You are' : `“${session.holder.name}” is`;
  return {
    frame: buildFrame(input.frame, { section: 'settings', title: 'End a session' }),
    title: 'End this session?',
    text: `${whose} signed out of ${device}${from}, with the next click there. Signing in again is possible: to keep somebody out, revoke their access token or take their access at the identity provider.`,
    submitLabel: 'End session',
    hrefs: { submit: links.revokeSession(session.id), cancel: links.sessions() },
  };
}

export function signOutEverywherePage(input: {
  frame: FrameInput;
  principal: { kind: 'token' | 'person'; name: string };
  sessions: number;
}): SessionEndPage {
  const { kind, name } = input.principal;
  const whose =
    kind === 'token'
      ? `Whoever signed in with the access token “${name}” is signed out, this browser included`
      : 'You are signed out on every device, this one included';
  const count = input.sessions === 1 ? 'one session ends' : `${input.sessions} sessions end`;
  return {
    frame: buildFrame(input.frame, { section: 'settings', title: 'Sign out everywhere' }),
    title: 'Sign out everywhere?',
    text: `${whose}: ${count}.`,
    submitLabel: 'Sign out everywhere',
    hrefs: { submit: links.signOutEverywhere(), cancel: links.sessions() },
  };
}
