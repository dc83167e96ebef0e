import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const mostBytes = 64 * 1024 * 1024;

/**
 * Everything in the lock file as CycloneDX JSON, from `npm sbom`; what only building and testing need is marked as
 * development. (`--omit dev` would also omit what a tool shares with us.) Nothing is fetched.
 */
export async function billOfMaterials(folder: string): Promise<string> {
  const asked = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
  const { stdout } = await promisify(execFile)('npm', asked, { cwd: folder, maxBuffer: mostBytes });
  return named(stdout);
}

/** npm calls us by the folder that the checkout lies in; the reference to us is right, and has the name before its version. */
function named(text: string): string {
  const bill = JSON.parse(text) as { metadata: { component: { 'bom-ref': string; name: string } } };
  const { component } = bill.metadata;
  component.name = component['bom-ref'].replace(/@[^@]*$/, '');
  return `${JSON.stringify(bill, null, 2)}\n`;
}
