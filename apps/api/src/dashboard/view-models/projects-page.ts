import type { FoundProjects, ProjectState } from '#domain/openai-projects/find-projects.js';
import type { SpendOfProjects } from '#domain/openai-projects/sum-projects-this-month.js';
import { formatCount } from '../format/format-tokens.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import type { Pagination } from './keys-page.js';
import { links } from './links.js';
import { projectRow, type ProjectRow } from './project-row.js';

export interface ProjectsPageInput {
  frame: FrameInput;
  found: FoundProjects;
  filter: { q: string; state: ProjectState | null; organization: string };
  cursor: string | null;
  spend: SpendOfProjects;
  organizations: readonly { id: string; name: string }[];
}

export interface ProjectsPage {
  frame: Frame;
  total: string;
  hasProjects: boolean;
  isFiltered: boolean;
  hasOrganization: boolean;
  chips: { label: string; count: string; href: string; isCurrent: boolean }[];
  q: string;
  state: string;
  organization: string;
  /** Empty when there is nothing to choose. */
  organizations: { value: string; label: string; isSelected: boolean }[];
  spendNote: string;
  rows: ProjectRow[];
  pagination: Pagination;
  hrefs: { projects: string; newKey: string; organizations: string };
}

const chipLabels: Record<ProjectState, string> = {
  active: 'active',
  archived: 'archived',
  unowned: 'keys without owner',
};

const spendNotes = {
  billed: 'Spend is what OpenAI bills for this month so far.',
  reported: 'Spend is the usage that OpenAI reports for this month so far, times our prices.',
};

export function projectsPage(input: ProjectsPageInput): ProjectsPage {
  const { filter, found, spend } = input;
  const { counts } = found;
  const context = { now: input.frame.now, zone: input.frame.tenant.reportingTimeZone, spend };
  const query = { q: filter.q, organization: filter.organization };
  const here = { ...query, state: filter.state ?? '' };
  const isFiltered = filter.q !== '' || filter.state !== null || filter.organization !== '';
  return {
    frame: buildFrame(input.frame, { section: 'projects', title: 'Projects' }),
    total: formatCount(counts.all),
    hasProjects: counts.all > 0 || isFiltered,
    isFiltered,
    hasOrganization: input.organizations.length > 0,
    chips: [
      { label: 'all', count: formatCount(counts.all), href: links.projects(query), isCurrent: filter.state === null },
      ...(['active', 'archived', 'unowned'] as const)
        .filter((state) => counts[state] > 0 || filter.state === state)
        .map((state) => ({
          label: chipLabels[state],
          count: formatCount(counts[state]),
          href: links.projects({ ...query, state }),
          isCurrent: filter.state === state,
        })),
    ],
    q: filter.q,
    state: filter.state ?? '',
    organization: filter.organization,
    organizations: input.organizations.length < 2 ? [] : organizationChoices(input),
    spendNote: spendNoteOf(spend),
    rows: found.items.map((project) => projectRow(project, context)),
    pagination: {
      nextHref: found.next === null ? null : links.projects({ ...here, cursor: found.next }),
      nextLabel: 'More projects',
      firstHref: input.cursor === null ? null : links.projects(here),
      firstLabel: 'First projects',
    },
    hrefs: { projects: links.projects(), newKey: links.newAdminKey(), organizations: links.organizations() },
  };
}

function spendNoteOf({ book, knownSince }: SpendOfProjects): string {
  if (book === null) return '';
  const isPart = [...knownSince.values()].some((day) => day !== null);
  const part = ' A figure marked “since” is of those days alone: earlier ones are not imported, or not yet.';
  return `${spendNotes[book]}${isPart ? part : ''}`;
}

function organizationChoices({ organizations, filter }: ProjectsPageInput): ProjectsPage['organizations'] {
  const choices = organizations.map(({ id, name }) => ({
    value: id,
    label: name,
    isSelected: id === filter.organization,
  }));
  return [{ value: '', label: 'All organizations', isSelected: filter.organization === '' }, ...choices];
}
