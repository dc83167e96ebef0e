/** Cells per span, by its first day, and group, each made when it is first asked for. */
export interface CellMap<Cell> {
  at(day: string, group: string | null): Cell;
  /** In the order in which they were made. */
  all(): Cell[];
}

export function createCellMap<Cell>(make: (day: string, group: string | null) => Cell): CellMap<Cell> {
  const days = new Map<string, Map<string | null, Cell>>();
  const cells: Cell[] = [];
  return {
    at(day, group) {
      const ofDay = days.get(day) ?? new Map<string | null, Cell>();
      if (ofDay.size === 0) days.set(day, ofDay);
      const known = ofDay.get(group);
      if (known) return known;
      const made = make(day, group);
      ofDay.set(group, made);
      cells.push(made);
      return made;
    },
    all: () => cells,
  };
}
