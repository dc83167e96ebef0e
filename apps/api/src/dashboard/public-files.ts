import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, Router } from 'express';
import { readStylesheet, stylesheetName } from './stylesheet.js';

/** The files for browsers that ship as they are. */
export const publicDir = fileURLToPath(new URL('./public/', import.meta.url));

export interface PublicFiles {
  /** Where they are served, with their version. */
  readonly base: string;
  /** The address of one. @throws when there is none of this name */
  pathOf(file: string): string;
  /** Answers what is asked for below `base`. */
  readonly serve: RequestHandler;
}

/**
 * Addresses carry a digest of all public files, so browsers may keep them for ever and still never mix old with new.
 * It stands in the path, where scripts that import each other by relative address inherit it.
 * @param assetsPath without a trailing slash
 */
export function createPublicFiles(assetsPath: string): PublicFiles {
  const stylesheet = readStylesheet();
  const shipped = readdirSync(publicDir).sort();
  const hash = createHash('sha256').update(stylesheet);
  for (const file of shipped) hash.update(file).update(readFileSync(path.join(publicDir, file)));
  const base = `${assetsPath}/${hash.digest('base64url').slice(0, 12)}`;
  const names = new Set([stylesheetName, ...shipped]);
  return {
    base,
    pathOf(file) {
      if (!names.has(file)) throw new Error(`no public file ${file}`);
      return `${base}/${file}`;
    },
    serve: serve(stylesheet),
  };
}

const yearSecs = 31_536_000;

/** Of one version alone: during a deployment, an older replica must not answer for the newer one's files. */
function serve(stylesheet: string): Router {
  const router = Router({ caseSensitive: true });
  router.get(`/${stylesheetName}`, (_request, response) => {
    response.set('Cache-Control', `public, max-age=${yearSecs}, immutable`).type('css').send(stylesheet);
  });
  const options = { index: false, dotfiles: 'ignore', redirect: false } as const;
  router.use(express.static(publicDir, { ...options, immutable: true, maxAge: yearSecs * 1000 }));
  return router;
}
