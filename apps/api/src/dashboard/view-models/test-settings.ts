import type { FrameInput } from './frame.js';
import { settingsPage } from './settings-page.js';

/** Pages of the settings with whatever a hostile name may do to them, for tests of drawing alone. */
export function testSettings(frame: FrameInput, hostile: string) {
  return {
    settings: settingsPage({
      frame,
      tenant: { slug: hostile },
      values: { name: hostile, reportingTimeZone: hostile },
      usageRetentionDays: 35,
      errors: { name: hostile, reportingTimeZone: hostile, form: hostile },
    }),
  };
}
