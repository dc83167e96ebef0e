import type { z } from 'zod';
import type { FeedProgress } from '#domain/organizations/get-import-progress.js';
import type { DriftItem } from '#domain/organizations/inventory-drift.js';
import type { DriftPage } from '#domain/organizations/list-inventory-drift.js';
import type { OrganizationView } from '#domain/organizations/organization.js';
import type { driftPageJson, organizationDetailJson, organizationJson } from './organization-schemas.js';

export function presentOrganization(organization: OrganizationView): z.input<typeof organizationJson> {
  const { id, name, openaiId, providerKeyId, keyLabel, isConnected, isImporting, spendLimit, spendAlerts } =
    organization;
  const { importFailedAt, importErrorCode, importError } = organization;
  return {
    id,
    name,
    openaiId,
    keyId: providerKeyId,
    keyLabel,
    connected: isConnected,
    createdAt: organization.createdAt.toISOString(),
    nextImportAt: isConnected ? organization.nextImportAt.toISOString() : null,
    importing: isImporting,
    importStartedAt: textOf(organization.importStartedAt),
    importedAt: textOf(organization.importedAt),
    importError: importFailedAt && {
      at: importFailedAt.toISOString(),
      code: importErrorCode ?? 'internal',
      message: importError ?? '',
    },
    inventoryAt: textOf(organization.inventoryAt),
    spendLimit,
    spendAlerts,
  };
}

export function presentFeed(
  progress: FeedProgress,
): z.input<typeof organizationDetailJson>['progress']['feeds'][number] {
  const { feed, knownFrom, knownTo, isBackfilled, refusedAt, rows, unknownResults, percent } = progress;
  return {
    feed,
    knownFrom: textOf(knownFrom),
    knownTo: textOf(knownTo),
    backfilled: isBackfilled,
    refusedAt: textOf(refusedAt),
    rows,
    unknownResults,
    percent,
  };
}

export function presentDrift(
  { items, next, counts }: DriftPage,
  { inventoryAt }: OrganizationView,
): z.input<typeof driftPageJson> {
  return { items: items.map(presentDriftItem), next, inventoryAt: textOf(inventoryAt), counts };
}

function presentDriftItem(item: DriftItem): z.input<typeof driftPageJson>['items'][number] {
  const { kind, projectId, projectName, ownerName, keyLabel } = item;
  return {
    kind,
    openaiKeyId: item.keyId,
    name: item.keyName,
    mask: item.redactedValue,
    projectId,
    projectName,
    ownerName,
    keyId: item.providerKeyId,
    keyLabel,
    createdAt: item.createdAt.toISOString(),
    lastUsedAt: textOf(item.lastUsedAt),
    expiresAt: textOf(item.expiresAt),
    goneAt: textOf(item.goneAt),
  };
}

function textOf(instant: Date | null): string | null {
  return instant?.toISOString() ?? null;
}
