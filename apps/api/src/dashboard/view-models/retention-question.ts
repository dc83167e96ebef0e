import { utcDay } from '#core/utc-day.js';
import { formatDayLong } from '../format/format-time.js';
import type { Confirmation } from './confirm-page.js';
import { installationKeeps } from './installation-keeps.js';
import { links } from './links.js';

/** Asked before a tenant keeps its single records for other days than before. */
export function retentionQuestion({
  recordDays,
  installationDays,
  going,
}: {
  recordDays: number | null;
  /** 0 for ever. */
  installationDays: number;
  /** What is too old already, in words; null where nothing is looked for. */
  going: { since: Date; counts: string[] } | null;
}): Confirmation {
  const days = recordDays === null ? '' : String(recordDays);
  const asked = {
    field: null,
    keep: 'Cancel',
    hrefs: { submit: links.setRetention(days), cancel: links.settings() },
  };
  if (going === null) {
    return {
      ...asked,
      title: 'Keep single records as in the installation?',
      lead: installationKeeps(installationDays),
      points: ['What was deleted before does not come back.'],
      button: 'Keep them so',
      isDanger: false,
    };
  }
  const before = formatDayLong(utcDay(going.since));
  return {
    ...asked,
    title: `Keep single records for ${days} days?`,
    lead:
      going.counts.length > 0
        ? `What is from before ${before} (UTC) is deleted for good within some hours: ${going.counts.join(', ')}.`
        : `Nothing that is stored is from before ${before} (UTC).`,
    points: [
      'From then on each UTC day goes when it is that old.',
      'Sums of hours and days stay: figures are what they were.',
      'More days can be set again later; what was deleted does not come back.',
    ],
    button: going.counts.length > 0 ? `Delete, and keep ${days} days` : `Keep ${days} days`,
    isDanger: going.counts.length > 0,
  };
}
