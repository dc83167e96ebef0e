import { addDays, localDay } from '#domain/spend/local-days.js';

/** One thing that a person or a program reads. */
export interface Address {
  kind: 'page' | 'json';
  path: string;
}

export type Fetch = (path: string) => Promise<{ status: number; text: string }>;

/** Of the tenant that is measured: days of a question are its days. */
export const reportingTimeZone = 'Europe/Berlin';

interface OpenApi {
  paths: Record<string, { get?: { parameters?: { name: string; in: string; schema?: { enum?: string[] } }[] } }>;
}

/** Figures: what lies below these, and answers a GET without an id. */
const figurePaths = /^\/(usage|costs|projects|reconciliation|ledger|data|organizations|metrics|prices)\b/;
const groupings = ['by', 'group_by', 'book'];
/** What bills do not tell apart is asked of a book that does. */
const bookOf: Record<string, string> = { tier: 'reported', 'end-user': 'measured' };

/**
 * What there is to read, found out from the running program, so that whatever is added is measured: each JSON route of
 * figures in the OpenAPI description, with every grouping and book of 30 and 400 days; and each page that links lead to
 * from the overview, two clicks deep, with the longest custom range of Spend.
 */
export async function listAddresses(get: Fetch, days: number): Promise<Address[]> {
  const json = routeAddresses(JSON.parse((await get('/openapi.json')).text) as OpenApi, days);
  const pages = [...(await crawl(get)), ...longestPages(days)];
  return [
    ...json.map((path) => ({ kind: 'json' as const, path })),
    ...pages.map((path) => ({ kind: 'page' as const, path })),
  ];
}

function routeAddresses({ paths }: OpenApi, days: number): string[] {
  return Object.entries(paths).flatMap(([path, { get }]) => {
    if (!get || path.includes('{') || !figurePaths.test(path)) return [];
    const parameters = (get.parameters ?? []).filter((one) => one.in === 'query');
    const names = new Set(parameters.map(({ name }) => name));
    const base = `/api/v1${path}`;
    const spans = [30, days].flatMap((length) => {
      if (names.has('from')) return [`from=${dayAgo(length - 1)}`];
      if (names.has('start_time')) return [`start_time=${secondsAgo(length - 1)}&limit=${Math.min(length, 180)}`];
      return [''];
    });
    const choices = parameters
      .filter(({ name }) => groupings.includes(name))
      .flatMap(({ name, schema }) =>
        (schema?.enum ?? []).map((value) => {
          const book = name === 'by' && names.has('book') ? bookOf[value] : undefined;
          return `${name}=${encodeURIComponent(value)}${book ? `&book=${book}` : ''}`;
        }),
      );
    const queries = new Set(
      spans.flatMap((span) => ['', ...choices].map((one) => [span, one].filter(Boolean).join('&'))),
    );
    return [base, ...[...queries].filter(Boolean).map((query) => `${base}?${query}`)];
  });
}

/** The same page with other ids, cursors or months is followed once. */
async function crawl(get: Fetch): Promise<string[]> {
  const found = new Map([['/dashboard', '/dashboard']]);
  let border = ['/dashboard'];
  for (let depth = 0; depth < 2; depth += 1) {
    const next: string[] = [];
    for (const path of border) {
      const { text } = await get(path);
      for (const [, href = ''] of text.matchAll(/href="(\/dashboard[^"#]*)"/g)) {
        const link = href.replaceAll('&amp;', '&');
        const shape = shapeOf(link);
        if (found.has(shape) || /\.csv|\.css|\.js|login|logout|theme|\/keys\//.test(link)) continue;
        found.set(shape, link);
        next.push(link);
      }
    }
    border = next;
  }
  return [...found.values()];
}

function shapeOf(path: string): string {
  const url = new URL(path, 'http://localhost');
  const told = ['by', 'book', 'range', 'group'];
  const query = [...url.searchParams].map(([name, value]) => (told.includes(name) ? `${name}=${value}` : name));
  return `${url.pathname.replace(/(proj_|key_)[^/]+|[0-9a-f-]{36}/, ':id')}?${query.toSorted().join('&')}`;
}

function longestPages(days: number): string[] {
  const range = `from=${dayAgo(days - 1)}&to=${dayAgo(0)}`;
  const spend = ['none', 'organization', 'project', 'key', 'model', 'tier', 'kind', 'end-user'].flatMap((by) =>
    ['measured', 'reported', 'billed'].map((book) => `/dashboard/spend?range=custom&${range}&by=${by}&book=${book}`),
  );
  return [...spend, `/dashboard/usage?${range}`, `/dashboard/reconciliation?${range}`];
}

function dayAgo(days: number): string {
  return addDays(localDay(new Date(), reportingTimeZone), -days);
}

function secondsAgo(days: number): number {
  return Math.floor(Date.now() / 86_400_000 - days) * 86_400;
}
