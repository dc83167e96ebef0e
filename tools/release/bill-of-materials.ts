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
  return stdout;
}
