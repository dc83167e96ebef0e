import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, fetch } from 'undici';
import { OutboundRefusedError } from './outbound-refused-error.js';
import { createOutboundRules, type OutboundRules } from './outbound-rules.js';

/** As the platform's, for addresses that are text or URL. */
export type OutboundFetch = typeof globalThis.fetch;

export interface OutboundSettings {
  /** Hosts and networks that may be reached although they are not public; see `OUTBOUND_ALLOW`. */
  allow: readonly string[];
  /** Refuse `http:` to hosts that are not in `allow`. */
  requireTls: boolean;
  /** Of names, all addresses at once. Default: the system's. */
  resolve?: Resolve;
}

export type Resolve = (
  hostname: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

const connectWithinMs = 10_000;

/**
 * The one way out to addresses that somebody configured or typed. A connection is made only to a public address or one of
 * `allow`. What is checked is the very address that is then connected to, so a name that answers differently the next
 * time gains nothing; and a redirect is never followed: it is an error, or with `redirect: 'manual'` the answer.
 * Rejects with a TypeError that has an OutboundRefusedError as its cause, or with that itself.
 */
export function createOutboundFetch(settings: OutboundSettings): OutboundFetch {
  const rules = createOutboundRules(settings.allow);
  const dispatcher = new Agent({ connect: checkedConnect(rules, settings.resolve ?? systemLookup) });
  const guarded = async (input: string | URL, init: RequestInit = {}) => {
    assertAllowedUrl(new URL(input), rules, settings);
    const redirect = init.redirect === 'manual' ? 'manual' : 'error';
    // The types of undici and of the platform name the same things twice.
    return fetch(input, { ...(init as object), redirect, dispatcher });
  };
  return guarded as unknown as OutboundFetch;
}

function assertAllowedUrl({ protocol, hostname }: URL, rules: OutboundRules, settings: OutboundSettings): void {
  if (protocol !== 'https:' && protocol !== 'http:') {
    throw new OutboundRefusedError(`Only https: and http: addresses are asked, not ${protocol}`);
  }
  const host = withoutBrackets(hostname);
  if (protocol === 'http:' && settings.requireTls && !rules.trustsHost(host)) {
    throw new OutboundRefusedError(`${host} is asked over https: only; OUTBOUND_ALLOW can name it.`);
  }
}

function checkedConnect(rules: OutboundRules, resolve: Resolve): buildConnector.connector {
  // Said, as else NODE_TLS_REJECT_UNAUTHORIZED in the environment could have certificates go unchecked.
  const tls = { rejectUnauthorized: true };
  const connect = buildConnector({ ...tls, lookup: checkedLookup(rules, resolve), timeout: connectWithinMs });
  return (options, callback) => {
    const host = withoutBrackets(options.hostname);
    // What is an address already is never looked up.
    if (isIP(host) !== 0 && !rules.allowsAddress(host)) callback(refused(host), null);
    else connect(options, callback);
  };
}

function checkedLookup(rules: OutboundRules, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const allowed = rules.trustsHost(hostname) ? found : found.filter(({ address }) => rules.allowsAddress(address));
      const [first] = allowed;
      if (!first) return callback(refused(hostname), []);
      if (options.all) return callback(null, allowed);
      return callback(null, first.address, first.family);
    });
  };
}

function refused(host: string): OutboundRefusedError {
  return new OutboundRefusedError(`${host} is not on the public internet; OUTBOUND_ALLOW can name it.`);
}

/** Of an IPv6 address in a URL. */
function withoutBrackets(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}
