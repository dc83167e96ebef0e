/** What an event keeps of before or after; text that is not what we write, under `text`, as it is. */
export function readDetails(json: string | null): Record<string, unknown> | null {
  if (json === null) return null;
  try {
    const parsed: unknown = JSON.parse(json);
    if (areDetails(parsed)) return { ...parsed };
  } catch {
    // Somebody has edited the row; the chain says so, and a reader may see what is there.
  }
  return { text: json };
}

/** Anything deeper than what we write might be too deep to be written again. */
function areDetails(parsed: unknown): parsed is Record<string, unknown> {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return false;
  return Object.values(parsed).every((value) => (Array.isArray(value) ? value.every(isPlain) : isPlain(value)));
}

const isPlain = (value: unknown) => value === null || typeof value !== 'object';
