const dayMs = 86_400_000;

/** The midnight in UTC with which the day of an instant began. */
export function startOfUtcDay(at: Date): Date {
  return new Date(Math.floor(at.getTime() / dayMs) * dayMs);
}

/** So many times 24 hours before an instant. */
export function daysBefore(at: Date, days: number): Date {
  return new Date(at.getTime() - days * dayMs);
}
