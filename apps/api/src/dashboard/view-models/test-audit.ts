import { auditPage } from './audit-page.js';
import type { FrameInput } from './frame.js';

/** The page of the audit with whatever a hostile name may do to it, for tests of drawing alone. */
export function testAudit(frame: FrameInput, hostile: string) {
  const actor = { kind: 'token', id: hostile, name: hostile, address: hostile, requestId: hostile } as const;
  const subject = { kind: hostile, id: hostile, name: hostile };
  const details = JSON.stringify({ [hostile]: hostile, list: [hostile], nested: { [hostile]: hostile } });
  const event = { at: frame.now, actor, subject, action: 'provider-key.update', mac: hostile };
  return {
    audit: auditPage({
      frame,
      filters: { actor: hostile, action: hostile, subject: hostile, from: hostile, to: hostile },
      errors: [hostile],
      events: [
        { ...event, seq: 2n, before: details, after: details },
        { ...event, seq: 1n, before: null, after: hostile, action: hostile },
      ],
      verdict: {
        events: 1n,
        head: { seq: 1n, mac: hostile },
        fault: { seq: 2n, kind: 'altered' },
        faults: [],
        faultCount: 1,
      },
      cursor: hostile,
      nextCursor: hostile,
    }),
  };
}
