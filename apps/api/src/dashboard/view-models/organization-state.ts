import type { OrganizationView } from '#domain/organizations/organization.js';
import { timeFormatFor, type TimeView } from '../format/format-time.js';
import type { Tone } from './outcome-advice.js';

/** How the import of an organization is doing: icon, word, age, and what the reader can do about it. */
export interface OrganizationState {
  word: string;
  icon: string;
  tone: Tone;
  /** Since when it is so; null where that is not known. */
  age: TimeView | null;
  /** A sentence each; empty where there is nothing to do. */
  title: string;
  todo: string;
  /** What went wrong, in the words of whoever said it. */
  said: string;
}

/** An import is due every few minutes; one that is this late says that nobody carries it out. */
const lateAfterMs = 15 * 60_000;

export function organizationState(
  organization: OrganizationView,
  { now, zone }: { now: Date; zone: string },
): OrganizationState {
  const time = timeFormatFor(zone);
  const { importedAt, importFailedAt } = organization;
  if (!organization.isConnected) return { ...disconnected, age: null };
  if (importFailedAt) {
    const said = organization.importError ?? '';
    return { ...failedImport(organization.importErrorCode), age: time.ago(importFailedAt, now), said };
  }
  if (organization.isImporting) return { ...importing, age: null };
  const overdueMs = now.getTime() - organization.nextImportAt.getTime();
  if (overdueMs > lateAfterMs) return { ...late, age: time.ago(organization.nextImportAt, now) };
  return importedAt ? { ...imported, age: time.ago(importedAt, now) } : { ...waiting, age: null };
}

const disconnected: Omit<OrganizationState, 'age'> = {
  word: 'Disconnected',
  icon: 'inactive',
  tone: 'muted',
  title: 'Its admin key was deleted or switched off.',
  todo: 'What was imported stays. Store another admin key of the same organization, or activate this one, and it goes on.',
  said: '',
};
const importing: Omit<OrganizationState, 'age'> = {
  word: 'Importing',
  icon: 'pulse',
  tone: 'ok',
  title: 'It is being imported right now.',
  todo: '',
  said: '',
};
const late: Omit<OrganizationState, 'age'> = {
  word: 'Late',
  icon: 'unknown',
  tone: 'warn',
  title: 'Its import is overdue.',
  todo: 'Check that the worker is running. Figures grow old until then.',
  said: '',
};
const imported: Omit<OrganizationState, 'age'> = {
  word: 'Imported',
  icon: 'healthy',
  tone: 'ok',
  title: 'Everything that OpenAI reports lately is here.',
  todo: '',
  said: '',
};
const waiting: Omit<OrganizationState, 'age'> = {
  word: 'Not imported yet',
  icon: 'unknown',
  tone: 'muted',
  title: 'The first import begins within seconds.',
  todo: 'Recent days come first, then the history, day by day.',
  said: '',
};
/** What an import that failed says of itself, by the code of the failure. */
export function failedImport(errorCode: string | null): Omit<OrganizationState, 'age' | 'said'> {
  return { ...failed, ...(failures[errorCode ?? ''] ?? otherFailure) };
}

const mendedAtKey: ReadonlySet<string | null> = new Set([
  'same-organization',
  'other-organization',
  'key-cannot-be-opened',
]);

/** Whether importing again fails again until something is done about the admin key. */
export const isMendedAtKey = (errorCode: string | null): boolean => mendedAtKey.has(errorCode);

const failed = { word: 'Import failed', icon: 'dead', tone: 'bad' } as const;

const otherFailure = {
  title: 'The last import failed.',
  todo: 'It is tried again by itself. What had been read before stays.',
};
const failures: Record<string, typeof otherFailure> = {
  refused: {
    title: 'OpenAI refuses its admin key.',
    todo: 'Test the key. If it was deleted at OpenAI or lacks permission to read usage, replace its secret.',
  },
  unavailable: {
    title: 'OpenAI did not answer.',
    todo: 'It is tried again by itself, and what was read stays.',
  },
  'not-reached': {
    title: 'OpenAI could not be reached.',
    todo: 'Check this server’s network, proxy and DNS. It is tried again by itself, and what was read stays.',
  },
  'same-organization': {
    title: 'Two admin keys open the same organization.',
    todo: 'Delete one of the two keys, so that nothing is counted twice.',
  },
  'other-organization': {
    title: 'Its admin key opens another organization now.',
    todo: 'Put back a key of the former organization, and store the new one as a key of its own.',
  },
  'key-cannot-be-opened': {
    title: 'Its admin key cannot be opened with this master key.',
    todo: 'Replace the key’s secret, or restore the right master key.',
  },
};
