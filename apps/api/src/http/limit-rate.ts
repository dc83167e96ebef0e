import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { Problem } from '#core/problem.js';
import { limitConcurrency } from './limit-concurrency.js';
import { requestStateOf } from './request-state.js';
import { createTokenBucketStore } from './token-bucket-store.js';
import type { TokenBuckets } from './token-buckets.js';

export interface RateLimitSettings {
  /** Requests per minute that a caller may keep up. */
  rpm: number;
  /** Requests at once after a pause. */
  burst: number;
  /** Requests of one caller that may be under way together, in each process. */
  atOnce: number;
  /** Paths that are never limited; `/ping` also stands for `/api/v1/ping`. */
  exemptPaths: readonly string[];
}

/** One network of a household or site: IPv6 callers have many addresses in theirs. */
const ipv6SubnetBits = 56;

/** As some gateways write their client into `X-Forwarded-For`: every connection has another port. */
const withPort = /^(?:(?<ipv4>\d+(?:\.\d+){3})|\[(?<ipv6>[^\]]+)\])(?::\d+)?$/;

/** Addresses that share a limit share this name. */
export function addressGroup(ip: string | undefined): string {
  const { ipv4, ipv6 } = withPort.exec(ip ?? '')?.groups ?? {};
  return ipKeyGenerator(ipv4 ?? ipv6 ?? ip ?? 'unknown', ipv6SubnetBits);
}

/**
 * Limits each access token, and each address where there is none: how often by a token bucket, and how many requests are
 * under way at once. The answer carries `RateLimit` and
 * `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-08), a refusal `Retry-After` as well.
 */
export function limitRate(deps: { buckets: TokenBuckets; settings: RateLimitSettings }): RequestHandler {
  const { rpm, burst, atOnce, exemptPaths } = deps.settings;
  const exempt = new Set(exemptPaths);
  const isExempt = ({ path }: Request) => exempt.has(path) || exempt.has(path.replace(/^\/api\/v1(?=\/)/, ''));
  const limitPace = rateLimit({
    store: createTokenBucketStore(deps.buckets, { burst, perMinute: rpm }),
    limit: burst,
    windowMs: Math.ceil((burst / rpm) * 60_000),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    identifier: 'requests',
    keyGenerator: whoAsks,
    handler: (_request, response, next) => {
      const secs = response.getHeader('Retry-After');
      next(new Problem('rate-limited', { detail: `Wait ${Number(secs)} s. The limit is ${rpm} requests a minute.` }));
    },
    // The library would print to the console about proxies; TRUST_PROXY is checked with the configuration.
    validate: false,
  });
  const limitAtOnce = limitConcurrency(atOnce, whoAsks);
  return (request, response, next) => {
    if (isExempt(request)) return next();
    return limitPace(request, response, (refusal?: unknown) => {
      if (refusal === undefined) limitAtOnce(request, response, next);
      else next(refusal);
    });
  };
}

/** Who is signed in, and where nobody is, the network that the request came from. */
export function whoAsks(request: Request, response: Response): string {
  const principal = requestStateOf(response).caller?.principal;
  return principal ? `${principal.kind}:${principal.id}` : `address:${addressGroup(request.ip)}`;
}
