import { isId } from '#core/ids.js';
import { parseUsd } from '#core/money.js';
import { Problem } from '#core/problem.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { getBalance } from '#domain/ledger/get-balance.js';
import type { LedgerEntry } from '#domain/ledger/ledger-entry.js';
import { listLedger } from '#domain/ledger/list-ledger.js';
import { recordCorrection } from '#domain/ledger/record-correction.js';
import { recordDeposit } from '#domain/ledger/record-deposit.js';
import { recordSync } from '#domain/ledger/record-sync.js';
import { streamLedgerCsv } from '#domain/ledger/stream-ledger-csv.js';
import { getOrganization, organizationNotFound } from '#domain/organizations/get-organization.js';
import { listOrganizations } from '#domain/organizations/list-organizations.js';
import { isTwin, type OrganizationView } from '#domain/organizations/organization.js';
import { StreamReply } from '../../http/reply.js';
import { paidAt } from '../../routes/paid-at.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { formatMoney } from '../format/format-money.js';
import type { BalanceForm, BalanceFormsInput } from '../view-models/balance-forms.js';
import { balancePage } from '../view-models/balance-page.js';
import { links } from '../view-models/links.js';
import { correctForm, depositForm, emptyForms, refusedForm, syncForm } from './balance-forms.js';
import { done } from './done.js';
import { loadFrame } from './load-frame.js';
import type { Answer, Deed, PageRoute, Visit } from './page-route.js';
import { parseFields } from './parse-fields.js';

const shownEntries = 25;
const mostTabs = 50;

export function balancePages(deps: DashboardDeps): PageRoute[] {
  return [
    {
      method: 'get',
      path: '/balance',
      access: accessTo.balance.read,
      handle: async (visit) => ({ html: await drawBalance(deps, visit, emptyForms()) }),
    },
    { method: 'get', path: '/balance.csv', access: accessTo.balance.read, handle: (visit) => sendLedger(deps, visit) },
    formRoute(deps, 'sync', syncNow),
    formRoute(deps, 'deposit', deposit),
    formRoute(deps, 'correct', correct),
  ];
}

function formRoute(
  deps: DashboardDeps,
  form: BalanceForm,
  enter: (deps: DashboardDeps, deed: Deed) => Promise<Answer>,
): PageRoute {
  return {
    method: 'post',
    path: `/balance/:id/${form}`,
    access: accessTo.balance.record,
    idOf: 'organization',
    async handle(deed) {
      // First of all, so that a form for what is not there is refused as that.
      await getOrganization(deps, deed.tenant.id, deed.id);
      return enter(deps, deed);
    },
    redraw: (visit, problem) => drawBalance(deps, visit, refusedForm(form, visit.form, problem)),
  };
}

/** Four looks into the database beside those of every page. */
async function drawBalance(deps: DashboardDeps, visit: Visit, forms: BalanceFormsInput): Promise<string> {
  const [frame, { items: organizations }] = await Promise.all([
    loadFrame(deps, visit),
    listOrganizations(deps, visit.tenant.id, { limit: mostTabs }),
  ]);
  const organization = await chooseOrganization(deps, visit, organizations);
  const cursor = visit.query['cursor'] || null;
  const shown = organization && (await loadShown(deps, visit, organization, cursor));
  const model = balancePage({
    frame,
    organizations: organizations.filter((each) => !isTwin(each)),
    shown: shown ? { ...shown, forms } : null,
  });
  return deps.renderer.render('balance', model);
}

type Named = { id: string; name: string };

/** The one that the address names, with a tab or without, or else the first with figures of its own. */
async function chooseOrganization(
  deps: DashboardDeps,
  { tenant, id, query }: Visit,
  listed: readonly OrganizationView[],
): Promise<Named | undefined> {
  const wanted = id || query['organization'];
  if (!wanted) return listed.find((each) => !isTwin(each));
  const found = listed.find((each) => each.id === wanted);
  if (!found && !isId(wanted)) throw organizationNotFound();
  return found ?? getOrganization(deps, tenant.id, wanted);
}

async function loadShown(deps: DashboardDeps, { tenant }: Visit, organization: Named, cursor: string | null) {
  const [balance, { items: entries, next: nextCursor }] = await Promise.all([
    getBalance(deps, tenant.id, organization.id),
    listLedger(deps, tenant.id, organization.id, { after: cursor ?? undefined, limit: shownEntries }),
  ]);
  return { organization, balance, entries, cursor, nextCursor };
}

async function sendLedger(deps: DashboardDeps, visit: Visit): Promise<StreamReply> {
  const { tenant, session } = visit;
  const { items } = await listOrganizations(deps, tenant.id, { limit: mostTabs });
  const organization = await chooseOrganization(deps, visit, items);
  if (!organization) throw new Problem('no-organization');
  return new StreamReply(
    'text/csv; charset=utf-8',
    'keyledger-ledger.csv',
    streamLedgerCsv(deps, tenant.id, organization.id, { isPublic: session === null }),
  );
}

async function syncNow(deps: DashboardDeps, { tenant, actor, id, form }: Deed): Promise<Answer> {
  const { stated, ...typed } = parseFields(syncForm, form);
  const entry = await recordSync({ ...deps, actor }, tenant.id, id, {
    ...typed,
    stated: parseUsd(stated),
  });
  return entered(id, syncWords(entry), entry);
}

function syncWords({ stated, computed, amount }: LedgerEntry): string {
  const set = `The balance is ${formatMoney(stated).text}.`;
  if (computed === null) return `${set} From here on it is kept by what OpenAI bills.`;
  if (amount === 0n) return `${set} So was ours.`;
  const off = formatMoney(amount < 0n ? -amount : amount).text;
  return `${set} We had ${formatMoney(computed).text}, ${off} too ${amount < 0n ? 'much' : 'little'}.`;
}

async function deposit(deps: DashboardDeps, { tenant, actor, id, form }: Deed): Promise<Answer> {
  const { amount, at, ...typed } = parseFields(depositForm, form);
  const entry = await recordDeposit({ ...deps, actor }, tenant.id, id, {
    ...typed,
    amount: parseUsd(amount),
    at: paidAt(at, deps.clock.now()),
  });
  const { lastSync } = await getBalance(deps, tenant.id, id);
  const isHeld = lastSync !== null && entry.at < lastSync.at;
  const text = `The deposit of ${formatMoney(entry.amount).text} is recorded.`;
  const held = ' It was paid before OpenAI last showed you the balance, which held it already, so the balance stays.';
  return entered(id, isHeld ? text + held : text, entry);
}

/** By an amount, or by taking back the entry that the address names. */
async function correct(deps: DashboardDeps, { tenant, actor, id, form, query }: Deed): Promise<Answer> {
  const undoId = query['undo'];
  if (undoId !== undefined) {
    if (!isId(undoId)) throw new Problem('not-found', { detail: 'There is no such entry.' });
    const change = { undoId };
    await recordCorrection({ ...deps, actor }, tenant.id, id, { change, reason: '' });
    return done(
      links.balance({ organization: id }),
      'The entry is taken back. It stays in the list and counts for nothing.',
    );
  }
  const { amount, ...typed } = parseFields(correctForm, form);
  const change = { amount: parseUsd(amount) };
  const entry = await recordCorrection({ ...deps, actor }, tenant.id, id, { ...typed, change });
  return entered(id, `The correction of ${formatMoney(entry.amount).text} is recorded.`, entry);
}

function entered(organization: string, text: string, entry: LedgerEntry): Answer {
  return done(links.balance({ organization }), text, links.balanceUndo(organization, entry.id));
}
