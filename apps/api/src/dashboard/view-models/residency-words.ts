/** Where a project's data is, in words; empty where that is nowhere in particular. A word that is new is shown as it is. */
export function residencyWords(residency: string | null): string {
  if (residency === null || residency === 'GLOBAL') return '';
  const [, region, processing] = /^([A-Z]{2})_STORAGE(_PROCESSING)?$/.exec(residency) ?? [];
  if (region === undefined) return residency;
  return `data stored ${processing ? 'and processed ' : ''}in ${region}`;
}
