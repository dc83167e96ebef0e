/** Of package.json, what says which packages there are and which of their scripts may run. */
export interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  /** Each package with an install script, and whether it may run. */
  allowScripts?: Record<string, boolean>;
}

/** Of package-lock.json, the installed packages by the folder that they are in; the empty name is ourselves. */
export interface Lock {
  packages: Record<string, { version?: string; integrity?: string; hasInstallScript?: boolean; link?: boolean }>;
}

const exactVersion = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/**
 * What could bring in code that nobody has agreed to: a version that is a range, a package without the hash of its content,
 * an install script that is neither accepted nor refused, a decision about a package that is gone.
 */
export function supplyChainFaults(manifest: Manifest, lock: Lock): string[] {
  const { dependencies, devDependencies, optionalDependencies, allowScripts = {} } = manifest;
  const wanted = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  const installed = Object.entries(lock.packages).filter(([folder, { link }]) => folder !== '' && link !== true);
  const scripted = new Set(installed.filter(([, entry]) => entry.hasInstallScript).map(([folder]) => nameOf(folder)));
  return [
    ...wanted.filter(([, version]) => !exactVersion.test(version)).map(([name]) => `${name}: the version is a range`),
    ...installed
      .filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-'))
      .map(([folder]) => `${nameOf(folder)}: the lock has no hash of it`),
    ...[...scripted]
      .filter((name) => !(name in allowScripts))
      .map((name) => `${name}: allowScripts does not say whether its install script may run`),
    ...Object.keys(allowScripts)
      .filter((name) => !scripted.has(name))
      .map((name) => `${name}: allowScripts names it, and it has no install script`),
  ];
}

function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
