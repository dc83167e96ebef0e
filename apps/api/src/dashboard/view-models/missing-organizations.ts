import { isTwin, type OrganizationView } from '#domain/organizations/organization.js';

const mostNamed = 3;

/**
 * Says which connected organizations were not read to the end, where figures would else pass for those of all. Empty: none.
 * @param organizationId the one that is looked at; empty: all
 */
export function missingOrganizations(
  organizations: readonly Pick<OrganizationView, 'id' | 'name' | 'isConnected' | 'importedAt' | 'importErrorCode'>[],
  organizationId: string,
): string {
  const missing = organizations
    .filter(({ id, isConnected }) => isConnected && (organizationId === '' || organizationId === id))
    .filter((one) => !isTwin(one) && (one.importedAt === null || one.importErrorCode !== null));
  if (missing.length === 0) return '';
  const named = missing.slice(0, mostNamed).map(({ name }) => name);
  const more = missing.length - named.length;
  const names = new Intl.ListFormat('en').format([...named, ...(more > 0 ? [`${more} more`] : [])]);
  return `${names} ${missing.length === 1 ? 'was' : 'were'} not imported to the end: figures here may lack some of it.`;
}
