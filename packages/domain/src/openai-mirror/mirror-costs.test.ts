import { afterAll, beforeAll, expect, test } from 'vitest';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';
import { addCosts } from './add-costs.js';
import { createAnswerCache } from './answer-cache.js';
import type { AnswerStore } from './answer-store.js';
import { chooseOrganizations } from './choose-organizations.js';
import { type CostBucket, type CostSelection, dayBuckets } from './cost-question.js';
import { fetchCosts } from './fetch-costs.js';
import { mirrorCosts } from './mirror-costs.js';
import { mirrorProjects } from './mirror-projects.js';

/** Finds nothing again, so that whatever is no import was asked of OpenAI just now. */
const kept: string[] = [];
const forgetful: AnswerStore = {
  get: () => Promise.resolve(null),
  set: (key, value) => Promise.resolve(void kept.push(key, value)),
  claim: () => Promise.resolve(() => Promise.resolve()),
};

let home: ImportingInstallation;
let secret: string;
let deps: Parameters<typeof mirrorCosts>[0];
beforeAll(async () => {
  home = await createImportingInstallation();
  const connected = await home.connect('Main');
  secret = connected.secret;
  await home.importAll(connected.id);
  const answers = createAnswerCache({ clock: home.clock, store: forgetful });
  const buckets = { take: () => Promise.resolve({ allowed: true, nextTokenMs: 0 }) };
  deps = { ...home, answers, buckets, settings: { baseUrl: home.importing.baseUrl } };
});
afterAll(() => home.close());

const range = { start: Date.parse('2026-11-12T00:00:00Z') / 1000, end: Date.parse('2026-11-18T00:00:00Z') / 1000 };
const everything: CostSelection = { groupBy: [], projectIds: [], apiKeyIds: [], lineItems: [] };

const ask = (selection: Partial<CostSelection>) =>
  mirrorCosts(deps, home.tenant.id, {
    ...everything,
    ...selection,
    ...range,
    limit: 180,
    page: undefined,
    organization: undefined,
  });

async function askOpenAi(selection: Partial<CostSelection>) {
  const [organization] = await chooseOrganizations(home, home.tenant.id, undefined);
  if (!organization) throw new Error('one is connected');
  const asked = { organization, range, selection: { ...everything, ...selection } };
  return addCosts(dayBuckets(range), await fetchCosts(deps, home.tenant.id, asked));
}

/** Quantities of storage are sums of doubles at OpenAI: the same but for their last digits. */
const comparable = (buckets: readonly CostBucket[]) =>
  buckets.map(({ results, ...bucket }) => ({
    ...bucket,
    results: results.map(({ quantity, ...group }) => ({
      ...group,
      quantity: quantity === null ? null : (Number(quantity) / 1e12).toFixed(6),
    })),
  }));

test.each<Partial<CostSelection>>([
  {},
  { groupBy: ['project_id'] },
  { groupBy: ['api_key_id'] },
  { groupBy: ['line_item'] },
  { groupBy: ['line_item', 'api_key_id', 'project_id'] },
  { groupBy: ['line_item', 'project_id'], lineItems: ['Web search tool calls', 'File search tool calls'] },
  { lineItems: ['Web search tool calls'] },
])('what was imported answers %j as OpenAI does, group by group', async (selection) => {
  const { value, from } = await ask(selection);
  expect(from).toBe('imported');
  expect(value.nextPage).toBeNull();
  expect(value.buckets).toHaveLength(6);
  expect(comparable(value.buckets)).toEqual(comparable(await askOpenAi(selection)));
});

test('projects and keys narrow what was imported as they do at OpenAI', async () => {
  const { projects, keys } = home.controls.organization();
  const projectIds = projects.slice(0, 2).map(({ id }) => id);
  const apiKeyIds = keys.slice(0, 3).map(({ id }) => id);
  for (const selection of [
    { projectIds },
    { projectIds: projectIds.slice(0, 1) },
    { apiKeyIds },
    { projectIds, apiKeyIds },
  ]) {
    const { value, from } = await ask(selection);
    expect(from).toBe('imported');
    expect(comparable(value.buckets)).toEqual(comparable(await askOpenAi(selection)));
  }
});

test('what the import does not tell apart is asked of OpenAI, and is the same bill', async () => {
  const total = (buckets: readonly CostBucket[]) =>
    buckets.flatMap(({ results }) => results).reduce((all, { cost }) => all + cost, 0n);
  const asked = await ask({ groupBy: ['user_id'] });
  expect(asked.from).toBe('miss');
  expect(total(asked.value.buckets)).toBe(total((await ask({})).value.buckets));
  expect(kept[0]).toContain(home.tenant.id);
  expect(kept.join()).not.toContain(secret.slice(-40));
});

test('imported projects are those of OpenAI', async () => {
  const question = { includeArchived: true, limit: 100, after: undefined, organization: undefined };
  const { value, from, ageMs } = await mirrorProjects(deps, home.tenant.id, question);
  expect([from, ageMs]).toEqual(['imported', 0]);
  expect(value.projects.map(({ id }) => id).sort()).toEqual(
    home.controls
      .organization()
      .projects.map(({ id }) => id)
      .sort(),
  );
});

test('what was imported more than an hour ago gives way where it may still change, and nowhere else', async () => {
  home.pass(3_600_001);
  expect((await ask({})).from).toBe('miss');
  const days = { start: range.start, end: range.start + 86_400 };
  const final = { ...everything, ...days, limit: 7, page: undefined, organization: undefined };
  expect(await mirrorCosts(deps, home.tenant.id, final)).toMatchObject({ from: 'imported', ageMs: 0 });
});
