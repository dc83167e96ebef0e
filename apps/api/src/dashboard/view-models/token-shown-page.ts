import { timeFormatFor } from '../format/format-time.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { links } from './links.js';

/** The one page on which a token stands. */
export interface TokenShownPage {
  frame: Frame;
  name: string;
  token: string;
  /** Of a rotation: until when the old one is good; empty otherwise. */
  oldEnds: string;
  hrefs: { done: string };
}

export function tokenShownPage(input: {
  frame: FrameInput;
  name: string;
  token: string;
  oldEndsAt: Date | null;
}): TokenShownPage {
  const time = timeFormatFor(input.frame.tenant.reportingTimeZone);
  return {
    frame: buildFrame(input.frame, { section: 'settings', title: 'New access token' }),
    name: input.name,
    token: input.token,
    oldEnds: input.oldEndsAt ? time.exact(input.oldEndsAt) : '',
    hrefs: { done: links.settings('tokens') },
  };
}
