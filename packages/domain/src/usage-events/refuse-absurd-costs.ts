import { Problem } from '#core/problem.js';
import { isNumberTooLarge } from '#db/is-number-too-large.js';

/**
 * For what recording events failed with: sums that no longer fit their columns are the doing of the tenant's own prices,
 * as a price of the book would need a million times the tokens that an event may have.
 * @throws Problem `invalid-request` in their place; whatever else it is, as it is
 */
export function refuseAbsurdCosts(error: unknown): never {
  if (!isNumberTooLarge(error)) throw error;
  throw new Problem('invalid-request', {
    detail:
      'None of these events was recorded: with them, an hour would cost more than 999999999999 USD, which is the most that ' +
      'can be kept. Lower your own prices of their models (GET /prices/overrides), wait until past usage is rated again ' +
      '(GET /prices/re-ratings), and send the same events again.',
    cause: error,
  });
}
