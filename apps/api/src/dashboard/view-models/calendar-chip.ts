/**
 * Says that days are those of UTC, with the way back, where the tenant has another zone and they differ; else none.
 * @param href the same view by the tenant's days
 */
export function calendarChip(
  { calendar }: { calendar: string },
  { zone, href }: { zone: string; href: string },
): { label: string; name: string; title: string; href: string }[] {
  if (calendar !== 'utc' || zone === 'UTC') return [];
  return [{ label: 'Days', name: 'UTC', title: `Not those of ${zone}`, href }];
}
