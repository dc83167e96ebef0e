/** The colours that a chart tells its series apart by. Each is a class of the stylesheet, and a token of the same name. */
export const seriesColours: readonly string[] = [1, 2, 3, 4, 5, 6].map((slot) => `series-${slot}`);

/** That of all the others together. */
export const otherColour = 'series-other';
