import type { Book } from '#domain/books/book.js';
import type { OrganizationView } from '#domain/organizations/organization.js';
import {
  type Reconciliation,
  type ReconciliationGroup,
  reconciliationGroups,
} from '#domain/reconciliation/reconciliation.js';
import { isLong } from '#domain/reconciliation/reconciled-days.js';
import { addDays } from '#domain/spend/local-days.js';
import { formatDayLong, timeFormatFor, type TimeView } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import { differencePanel, type DifferencePanel } from './difference-panel.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { links } from './links.js';
import { missingOrganizations } from './missing-organizations.js';
import {
  booksView,
  type BooksView,
  type ReconciliationLine,
  reconciliationLines,
  restView,
} from './reconciliation-rows.js';
import { rowWords } from './reconciliation-words.js';

/** As the address says it, so that every view can be linked; days are of UTC. */
export interface ReconciliationFilters {
  from: string;
  to: string;
  organization: string;
  project: string;
}

export interface ReconciliationView {
  by: ReconciliationGroup;
  filters: ReconciliationFilters;
}

export interface ReconciliationPageInput extends ReconciliationView {
  frame: FrameInput;
  errors: readonly string[];
  /** UTC. */
  today: string;
  organizations: readonly Pick<OrganizationView, 'id' | 'name' | 'isConnected' | 'importedAt' | 'importErrorCode'>[];
  projectName: string | null;
  /** Null when the question cannot be answered. */
  found: Reconciliation | null;
}

export interface ReconciliationPage {
  frame: Frame;
  error: string;
  isEmpty: boolean;
  filters: ReconciliationFilters;
  project: { name: string; clearHref: string } | null;
  organizations: { value: string; label: string; isSelected: boolean }[];
  ranges: { label: string; href: string; isCurrent: boolean }[];
  by: { value: ReconciliationGroup; choices: { label: string; href: string; isCurrent: boolean }[] };
  span: string;
  importedAt: TimeView | null;
  provisional: string;
  /** Whose figures may not be among these; empty: nobody's. */
  missing: string;
  total: BooksView | null;
  panels: DifferencePanel[];
  table: {
    head: string;
    note: string;
    hasTime: boolean;
    rows: ReconciliationLine[];
    rest: ReturnType<typeof restView>;
  };
  hrefs: { self: string; bill: string; table: string; organizations: string };
}

export function reconciliationPage(input: ReconciliationPageInput): ReconciliationPage {
  const { filters, by, found, organizations } = input;
  return {
    frame: buildFrame(input.frame, { section: 'reconciliation', title: 'Reconciliation' }),
    error: input.errors.join(' '),
    isEmpty: organizations.length === 0,
    filters,
    project: filters.project
      ? { name: input.projectName ?? filters.project, clearHref: links.reconciliation({ ...filters, by, project: '' }) }
      : null,
    organizations: organizations.length > 1 || filters.organization ? organizationsOf(input) : [],
    ranges: rangesOf(input),
    by: {
      value: by,
      // Of a long range, the page shows months in place of days.
      choices: choicesOf(filters).map((group) => ({
        label: rowWords[group].one,
        href: links.reconciliation({ ...filters, by: group }),
        isCurrent: group === by,
      })),
    },
    span: spanOf(filters),
    importedAt: importedAtOf(input),
    missing: missingOrganizations(organizations, filters.organization),
    provisional: found ? provisionalOf(found) : '',
    total: found && booksView(found.total, totalLinks(filters)),
    panels: found ? [differencePanel('billedLessReported', found), differencePanel('reportedLessMeasured', found)] : [],
    table: {
      head: rowWords[by].one,
      note: by === 'model' ? searchesNote : '',
      hasTime: by === 'day' || by === 'month',
      rows: found ? reconciliationLines(input, found.rows) : [],
      rest: found && restView(found.rest, input),
    },
    hrefs: {
      self: links.reconciliation(),
      bill: links.reconciliationCsv({ ...filters }),
      table: links.reconciliationCsv({ ...filters, by, table: 'reconciliation' }),
      organizations: links.organizations(),
    },
  };
}

/** Rows are compared with lines of a bill, which names no model for them. */
const searchesNote =
  'Web searches are in the row without a model, as on the bill; on Spend they are with the model that made them.';

function choicesOf({ from, to }: ReconciliationFilters): ReconciliationGroup[] {
  return reconciliationGroups.filter((group) => group !== 'day' || !isLong({ fromDay: from, toDay: to }));
}

function organizationsOf({ organizations, filters }: ReconciliationPageInput): ReconciliationPage['organizations'] {
  const choices = organizations.map(({ id, name }) => ({ value: id, label: name }));
  return [{ value: '', label: 'All organizations' }, ...choices].map((choice) => ({
    ...choice,
    isSelected: choice.value === filters.organization,
  }));
}

function rangesOf({ today, filters, by }: ReconciliationPageInput): ReconciliationPage['ranges'] {
  const thisMonth = `${today.slice(0, 8)}01`;
  const endOfLast = addDays(thisMonth, -1);
  const ranges = [
    { label: 'This month', from: thisMonth, to: today },
    { label: 'Last month', from: `${endOfLast.slice(0, 8)}01`, to: endOfLast },
    { label: '30 days', from: addDays(today, -29), to: today },
  ];
  return ranges.map(({ label, from, to }) => ({
    label,
    href: links.reconciliation({ ...filters, from, to, by }),
    isCurrent: filters.from === from && filters.to === to,
  }));
}

function spanOf({ from, to }: ReconciliationFilters): string {
  return from === to ? formatDayLong(from) : `${formatDayLong(from)} to ${formatDayLong(to)}`;
}

/** The oldest of those asked for: what is as new as that is as new as all of it. */
function importedAtOf({ organizations, filters, frame }: ReconciliationPageInput): TimeView | null {
  const asked = organizations.filter(({ id }) => filters.organization === '' || id === filters.organization);
  const times = asked.flatMap(({ importedAt }) => (importedAt ? [importedAt.getTime()] : []));
  if (times.length === 0 || times.length < asked.length) return null;
  return timeFormatFor(frame.tenant.reportingTimeZone).ago(new Date(Math.min(...times)), frame.now);
}

function provisionalOf({ provisionalDays }: Reconciliation): string {
  if (provisionalDays === 0) return 'The bill of every day is final.';
  if (provisionalDays === 1) return '1 day is not final: its bill is what is known so far.';
  return `${formatCount(provisionalDays)} days are not final: their bills are what is known so far.`;
}

function totalLinks(filters: ReconciliationFilters) {
  const spend = (book: Book) => links.spend({ book, calendar: 'utc', ...filters });
  return { measured: spend('measured'), reported: spend('reported'), billed: spend('billed') };
}
