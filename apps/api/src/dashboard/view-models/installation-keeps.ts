/**
 * What the installation does with single records, in words.
 * @param days 0 for ever
 */
export function installationKeeps(days: number): string {
  if (days === 0) return 'The installation keeps all records of usage and of probes for ever.';
  return `The installation drops records of usage and of probes a month at a time, once the month ended ${days} days ago. Sums by the hour and by the day stay.`;
}
