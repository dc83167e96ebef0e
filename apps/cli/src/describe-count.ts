/** `1 tenant`, `2 tenants`. */
export function describeCount(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
