const benches = {
  api: () => import('./api.js'),
  crypto: () => import('./crypto.js'),
  import: () => import('./import.js'),
  'master-key': () => import('./master-key.js'),
  probes: () => import('./probes.js'),
  usage: () => import('./usage.js'),
  'usage-events': () => import('./usage-events.js'),
};

/** `npm run bench -- NAME`. Each bench prints what it measured, and ends with status 1 when it misses its target. */
const [, , name = ''] = process.argv;
if (Object.hasOwn(benches, name)) {
  await benches[name as keyof typeof benches]();
} else {
  process.stderr.write(`Which bench? npm run bench -- ${Object.keys(benches).join(' | ')}\n`);
  process.exitCode = 2;
}
