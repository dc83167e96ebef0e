import { acceptedBackDays } from '../usage-events/usage-event.js';

/**
 * The fewest days that a tenant may keep its records for: events are accepted that far back, and one that came into an
 * hour whose other records are gone would pass for all that there was. Imports revise far fewer days.
 */
export const fewestKeptDays = acceptedBackDays;
export const mostKeptDays = 36_500;
