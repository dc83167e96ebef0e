import type { FrameInput } from './frame.js';
import { sessionEndPage } from './session-end-page.js';
import { sessionsPage } from './sessions-page.js';

/** Pages about sessions with whatever a hostile name may do to them, for tests of drawing alone. */
export function testSessions(frame: FrameInput, hostile: string) {
  const session = {
    id: 's1',
    holder: { kind: 'person', id: 'p1', name: hostile, role: 'viewer' },
    beganAt: frame.now,
    lastSeenAt: frame.now,
    address: hostile,
    userAgent: hostile,
  } as const;
  return {
    sessions: sessionsPage({ frame, own: [session], others: [session], currentId: 's1' }),
    'session-end': sessionEndPage({ frame, session, isOwn: false }),
  };
}
