import { buildPriceBook } from '#pricing/build-price-book.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import { checkPrices } from './check-prices.js';

/** `npm run prices:check`. Ends with status 1 when a disagreement has no reason yet. */
const { report, unexplained } = checkPrices(buildPriceBook(openAiPriceSheet), new Date());
process.stdout.write(report);
process.exitCode = unexplained.length === 0 ? 0 : 1;
