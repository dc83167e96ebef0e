import { isId } from '#core/ids.js';
import { Problem } from '#core/problem.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { changePrices, type PriceChangeResult } from '#domain/prices/change-prices.js';
import { listOverrides } from '#domain/prices/list-overrides.js';
import { listReRatings } from '#domain/prices/list-re-ratings.js';
import type { PriceChange } from '#domain/prices/price-change.js';
import { readOverridesCsv } from '#domain/prices/read-overrides-csv.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { links } from '../view-models/links.js';
import { noOwnPriceValues, ownPricesPage, type OwnPricesPageInput } from '../view-models/own-prices-page.js';
import { pricePreviewPage } from '../view-models/price-preview-page.js';
import { done } from './done.js';
import { loadFrame } from './load-frame.js';
import type { Answer, Deed, PageRoute, Visit } from './page-route.js';
import { readOverrideForm } from './read-override-form.js';

const shownReRatings = 3;
/** A price list of a thousand lines, twice as long for being encoded. */
const formLimitBytes = 512 * 1024;

export function ownPricesPages(deps: DashboardDeps): PageRoute[] {
  const redraw = (visit: Visit, problem: Problem) =>
    drawOwnPrices(deps, visit, { values: { ...noOwnPriceValues, ...visit.form }, errors: errorsOf(problem) });
  const writing = { access: accessTo.prices.change, formLimitBytes, redraw } as const;
  return [
    {
      method: 'get',
      path: '/prices/own',
      access: accessTo.prices.read,
      handle: async (visit) => ({ html: await drawOwnPrices(deps, visit, { values: noOwnPriceValues, errors: {} }) }),
    },
    { ...writing, method: 'post', path: '/prices/own/preview', handle: (visit) => preview(deps, visit) },
    { ...writing, method: 'post', path: '/prices/own', handle: (visit) => store(deps, visit) },
    { ...writing, method: 'post', path: '/prices/own/undo', handle: (visit) => undo(deps, visit) },
  ];
}

async function drawOwnPrices(
  deps: DashboardDeps,
  visit: Visit,
  given: Pick<OwnPricesPageInput, 'values' | 'errors'>,
): Promise<string> {
  const { tenant } = visit;
  const [frame, book, overrides, reRatings] = await Promise.all([
    loadFrame(deps, visit),
    deps.priceBooks.of(tenant.id),
    listOverrides(deps, tenant.id),
    listReRatings(deps, tenant.id, { limit: shownReRatings }),
  ]);
  const models = [...new Set(book.rows.map(({ model }) => model))];
  const model = ownPricesPage({ frame, overrides, reRatings, models, version: book.version, ...given });
  return deps.renderer.render('own-prices', model);
}

async function preview(deps: DashboardDeps, visit: Deed) {
  const { change, unchangedLines } = await readChange(deps, visit);
  const [frame, result] = await Promise.all([
    loadFrame(deps, visit),
    changePrices({ ...deps, actor: visit.actor }, visit.tenant.id, {
      change,
      mode: 'preview',
    }),
  ]);
  const { _csrf, ...fields } = visit.form;
  return { html: deps.renderer.render('price-preview', pricePreviewPage({ frame, result, unchangedLines, fields })) };
}

async function store(deps: DashboardDeps, visit: Deed) {
  const { change } = await readChange(deps, visit);
  return answerChange(await apply(deps, visit, change));
}

/** Takes back what was added, and puts back what was removed. */
async function undo(deps: DashboardDeps, visit: Deed) {
  const idsOf = (name: string) => (visit.query[name] ?? '').split(' ').filter(isId);
  const change = { add: [], remove: idsOf('remove'), restore: idsOf('restore') };
  if (change.remove.length + change.restore.length === 0) {
    throw new Problem('invalid-request', { detail: 'There is nothing to undo.' });
  }
  return answerChange(await apply(deps, visit, change));
}

function apply(deps: DashboardDeps, { tenant, actor }: Deed, change: PriceChange): Promise<PriceChangeResult> {
  return changePrices({ ...deps, actor }, tenant.id, { change, mode: 'store' });
}

/** More ids than this would not fit the address that undoes them; they can be removed one by one. */
const mostUndone = 20;

function answerChange({ added, removed, reRatingId }: PriceChangeResult): Answer {
  const ids = (overrides: readonly { id: string }[]) => overrides.map(({ id }) => id).join(' ');
  const changed = added.length + removed.length;
  const past = reRatingId === null ? 'No past cost changes.' : 'Past usage is being rated again.';
  const undoAction = links.ownPrices('undo', { remove: ids(added), restore: ids(removed) });
  const mayUndo = changed > 0 && changed <= mostUndone;
  return done(links.ownPrices(), `Your prices are changed. ${past}`, mayUndo ? undoAction : null);
}

async function readChange(
  deps: DashboardDeps,
  { form, tenant }: Visit,
): Promise<{ change: PriceChange; unchangedLines: number }> {
  const nothing: PriceChange = { add: [], remove: [], restore: [] };
  if (form['remove']) return { change: { ...nothing, remove: [form['remove']] }, unchangedLines: 0 };
  if (form['csv'] === undefined) return { change: { ...nothing, add: [readOverrideForm(form)] }, unchangedLines: 0 };
  const { add, unchanged } = readOverridesCsv(form['csv'], await deps.priceBooks.of(tenant.id));
  return { change: { ...nothing, add }, unchangedLines: unchanged };
}

const fieldNames: Readonly<Record<string, [keyof typeof noOwnPriceValues, string]>> = {
  model: ['model', 'The model'],
  tier: ['tier', 'The tier'],
  context: ['context', 'The context'],
  kind: ['kind', 'The kind'],
  usdPerUnit: ['usd', 'The price'],
  percentOff: ['percentOff', 'The discount'],
  from: ['from', 'The first day'],
  to: ['lastDay', 'The last day'],
  note: ['note', 'The note'],
};

/** What is wrong, beside the field it was typed into. Faults of a CSV all stand beside the CSV. */
function errorsOf({ fields = {}, detail, title }: Problem): OwnPricesPageInput['errors'] {
  const faults = Object.entries(fields);
  const ofCsv = faults.flatMap(([name, fault]) => {
    const [, line, column] = /^csv\.(\d+)\.(.+)$/.exec(name) ?? [];
    return line === undefined ? [] : [`Line ${line}, ${column}: ${fault}.`];
  });
  if (ofCsv.length > 0) return { csv: `Nothing was changed. ${ofCsv.join(' ')}` };
  const named = faults.flatMap(([name, fault]) => {
    const [field, words] = fieldNames[name.replace('add.0.', '')] ?? [];
    return field === undefined ? [] : [[field, `${words} ${fault}.`] as const];
  });
  return named.length > 0 ? Object.fromEntries(named) : { form: detail ?? title };
}
