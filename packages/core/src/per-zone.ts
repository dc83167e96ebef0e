/** Of each: a program that has tenants in more zones makes some of them anew. */
const mostZones = 100;

/**
 * What `make` makes of the name of a time zone, made once for each: a formatter takes longer to make than whatever it is
 * asked, and some 60 KB. There are few zones and no end of ways to write them, as capitals and small letters are the same
 * to all who know them; so only as many are kept as programs need, and the one that was made first goes.
 */
export function perZone<T extends object>(make: (zone: string) => T): (zone: string) => T {
  const made = new Map<string, T>();
  return (zone) => {
    const known = made.get(zone);
    if (known) return known;
    const one = make(zone);
    const [first] = made.keys();
    if (made.size >= mostZones && first !== undefined) made.delete(first);
    made.set(zone, one);
    return one;
  };
}
