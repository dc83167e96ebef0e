import type { Request, RequestHandler, Response } from 'express';
import { Problem } from '#core/problem.js';
import { whoAsks } from './limit-rate.js';
import { onceOver } from './once-over.js';
import { requestStateOf } from './request-state.js';

/** Somebody who saves one while another comes, and their colleagues. Of each, pieces of many megabytes may wait to be read. */
const usual = { perCaller: 3, perTenant: 10 };

/**
 * Gives `beginFile` to the state of each request: so many files are sent at once in this process, to one caller and to all of one
 * tenant together. Who reads slowly holds memory for as long as they like, and making pieces takes the time of everybody: no
 * caller takes all that their tenant has, and no tenant all of the process.
 */
export function limitFiles({ perCaller, perTenant } = usual): RequestHandler {
  const files = new Map<string, number>();
  const countOf = (name: string) => files.get(name) ?? 0;
  const add = (name: string, change: number) => {
    const count = countOf(name) + change;
    if (count > 0) files.set(name, count);
    else files.delete(name);
  };

  function begin(request: Request, response: Response): void {
    const state = requestStateOf(response);
    const caller = whoAsks(request, response);
    const tenant = `tenant:${state.caller?.tenant.id ?? 'public'}`;
    if (countOf(caller) >= perCaller) throw tooMany(`${perCaller} files are on their way to you`);
    if (countOf(tenant) >= perTenant) throw tooMany(`${perTenant} files of this tenant are on their way`);
    for (const name of [caller, tenant]) add(name, 1);
    const end = () => {
      for (const name of [caller, tenant]) add(name, -1);
    };
    onceOver(request, response, () => void state.work.then(end));
  }

  return (request, response, next) => {
    requestStateOf(response).beginFile = () => begin(request, response);
    next();
  };
}

function tooMany(what: string): Problem {
  const detail = `${what}, which is the most at once. Wait until one has ended.`;
  return new Problem('rate-limited', { detail, retryAfterSecs: 1 });
}
