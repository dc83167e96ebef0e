import { parseUsd } from '#core/money.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { depositFaults } from '#domain/ledger/deposit-faults.js';
import { getBalance } from '#domain/ledger/get-balance.js';
import { listLedger } from '#domain/ledger/list-ledger.js';
import { recordCorrection } from '#domain/ledger/record-correction.js';
import { recordDeposit } from '#domain/ledger/record-deposit.js';
import { recordSync } from '#domain/ledger/record-sync.js';
import { streamLedgerCsv } from '#domain/ledger/stream-ledger-csv.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { StreamReply } from '../http/reply.js';
import { addRule } from './add-rule.js';
import { chooseOrganization } from './choose-organization.js';
import { presentBalance, presentEntry, presentListedEntry } from './ledger-presenter.js';
import {
  balanceJson,
  balanceQuery,
  correctionBody,
  depositBody,
  ledgerEntryJson,
  ledgerPageJson,
  ledgerQuery,
  syncBody,
} from './ledger-schemas.js';
import { paidAt } from './paid-at.js';
import { anyBody, nothing } from './schemas.js';

const tag = 'Ledger';

export function ledgerRoutes(deps: AppDeps): Route[] {
  return [...readingRoutes(deps), depositRoute(deps), syncRoute(deps), correctionRoute(deps)];
}

function readingRoutes(deps: AppDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/ledger',
      access: accessTo.balance.read,
      tag,
      summary: 'List movements of prepaid credit, newest first',
      description: 'With `Accept: text/csv` or `?format=csv`: the whole ledger as a file.',
      params: nothing,
      query: ledgerQuery,
      body: anyBody,
      response: ledgerPageJson,
      alternatives: ['text/csv'],
      async handle({ query, caller: { tenant }, accepts }) {
        const organizationId = await chooseOrganization(deps, tenant.id, query.organization);
        const format = query.format ?? (accepts(['json', 'csv']) === 'csv' ? 'csv' : 'json');
        if (format === 'csv') {
          const pieces = streamLedgerCsv(deps, tenant.id, organizationId);
          return new StreamReply('text/csv; charset=utf-8', 'keyledger-ledger.csv', pieces);
        }
        const [{ items, next }, { history }] = await Promise.all([
          listLedger(deps, tenant.id, organizationId, query),
          getBalance(deps, tenant.id, organizationId),
        ]);
        const totals = new Map(history.map(({ day, total }) => [day, total]));
        return { organizationId, items: items.map((entry) => presentListedEntry(entry, totals)), next };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/ledger/balance',
      access: accessTo.balance.read,
      tag,
      summary: 'Say how much prepaid credit is left, and for how long',
      description: 'OpenAI has no address for this. `docs/ledger.md` says how the number is made.',
      params: nothing,
      query: balanceQuery,
      body: anyBody,
      response: balanceJson,
      async handle({ query, caller: { tenant } }) {
        const organizationId = await chooseOrganization(deps, tenant.id, query.organization);
        return presentBalance(organizationId, await getBalance(deps, tenant.id, organizationId));
      },
    }),
  ];
}

/** What the routes have in common that make an entry. */
const entering = {
  method: 'post',
  access: accessTo.balance.record,
  tag,
  params: nothing,
  query: nothing,
  status: 201,
  response: ledgerEntryJson,
} as const;

function depositRoute(deps: AppDeps): Route {
  return defineRoute({
    ...entering,
    path: '/ledger/deposits',
    summary: 'Record credit that was bought',
    description:
      'One that was paid before the last sync is in what that stated already, and does not move the balance.',
    body: addRule(depositBody, ['at', 'lastDay'], ({ at, lastDay }) => {
      const now = deps.clock.now();
      return depositFaults({ at: paidAt(at, now), lastDay }, now);
    }),
    async handle({ body: { organization, amountUsd, at, ...body }, caller: { tenant }, actor }) {
      const organizationId = await chooseOrganization(deps, tenant.id, organization);
      const entry = await recordDeposit({ ...deps, actor }, tenant.id, organizationId, {
        ...body,
        amount: parseUsd(amountUsd),
        at: paidAt(at, deps.clock.now()),
      });
      return presentEntry(entry);
    },
  });
}

function syncRoute(deps: AppDeps): Route {
  return defineRoute({
    ...entering,
    path: '/ledger/sync',
    summary: 'Say what OpenAI shows as the balance now',
    description: 'The balance starts from it, and by how much ours was off is kept.',
    body: syncBody,
    async handle({ body: { organization, statedUsd, ...body }, caller: { tenant }, actor }) {
      const organizationId = await chooseOrganization(deps, tenant.id, organization);
      const entry = await recordSync({ ...deps, actor }, tenant.id, organizationId, {
        ...body,
        stated: parseUsd(statedUsd),
      });
      return presentEntry(entry);
    },
  });
}

function correctionRoute(deps: AppDeps): Route {
  return defineRoute({
    ...entering,
    path: '/ledger/corrections',
    summary: 'Correct the ledger by an amount, or undo an entry',
    description: 'Entries are never changed: a correction is a further one.',
    body: correctionBody,
    async handle({ body: { organization, amountUsd, undoId, ...body }, caller: { tenant }, actor }) {
      const organizationId = await chooseOrganization(deps, tenant.id, organization);
      const change = undoId === undefined ? { amount: parseUsd(amountUsd ?? '0') } : { undoId };
      const entry = await recordCorrection({ ...deps, actor }, tenant.id, organizationId, {
        ...body,
        change,
      });
      return presentEntry(entry);
    },
  });
}
