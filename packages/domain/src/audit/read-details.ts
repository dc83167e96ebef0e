/** What an event keeps of before or after; text that is no longer the JSON it was written as, under `text`, as it is. */
export function readDetails(json: string | null): Record<string, unknown> | null {
  if (json === null) return null;
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Somebody has edited the row; the chain says so, and a reader may see what is there.
  }
  return { text: json };
}
