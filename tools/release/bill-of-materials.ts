import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const mostBytes = 64 * 1024 * 1024;

/** What production runs on, by the lock file: CycloneDX as JSON text, from `npm sbom`. Nothing is fetched. */
export async function billOfMaterials(folder: string): Promise<string> {
  const asked = [
    'sbom',
    '--sbom-format',
    'cyclonedx',
    '--sbom-type',
    'application',
    '--omit',
    'dev',
    '--package-lock-only',
  ];
  const { stdout } = await promisify(execFile)('npm', asked, { cwd: folder, maxBuffer: mostBytes });
  return stdout;
}
