import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';
import Handlebars from 'handlebars';
import { problems } from '#core/problem.js';
import { publicDir as dashboardFiles } from '../dashboard/public-files.js';
import type { OpenApiDocument } from '../http/openapi.js';
import { problemHelp } from './problem-help.js';
import { buildReferencePage } from './reference-page.js';

/** `/openapi.json`, and the same for reading at `/docs` and `/docs/errors`. Made once: nothing in them changes. */
export function docsPages(document: OpenApiDocument): Router {
  const reference = render('reference.hbs', buildReferencePage(document));
  const errors = render('errors.hbs', { errors: errorRows() });
  const router = Router();
  router.get('/openapi.json', (_request, response) => void response.json(document));
  router.get('/docs', (_request, response) => void response.type('html').send(reference));
  router.get('/docs/errors', (_request, response) => void response.type('html').send(errors));
  // The dashboard's colours and type, so that the two look like one product.
  for (const folder of [fileURLToPath(new URL('./public/', import.meta.url)), dashboardFiles]) {
    router.use('/docs/assets', express.static(folder, { index: false, redirect: false }));
  }
  return router;
}

function render(template: string, model: object): string {
  const source = readFileSync(new URL(template, import.meta.url), 'utf8');
  const handlebars = Handlebars.create();
  handlebars.registerHelper({ prose });
  return handlebars.compile(source, { strict: true, knownHelpersOnly: true, knownHelpers: { prose: true } })(model);
}

/** Text in which `code` is written between backticks, as OpenAPI descriptions are (CommonMark). */
function prose(text: string): Handlebars.SafeString {
  const pieces = text.split('`').map((piece) => Handlebars.escapeExpression(piece));
  return new Handlebars.SafeString(
    pieces.map((piece, index) => (index % 2 === 1 ? `<code>${piece}</code>` : piece)).join(''),
  );
}

function errorRows() {
  return Object.entries(problems).map(([code, { status, title }]) => ({
    code,
    status,
    title,
    help: problemHelp[code as keyof typeof problems],
  }));
}
