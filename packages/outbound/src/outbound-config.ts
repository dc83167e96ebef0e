import { z } from 'zod';
import { createOutboundRules, isOutboundEntry } from './outbound-rules.js';

/** Read by every process that goes out. */
export const outboundConfigFields = {
  OUTBOUND_ALLOW: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine(
      (entries) => entries.every(isOutboundEntry),
      'must be host names, addresses or networks such as litellm.internal, 10.1.2.3 or 10.1.0.0/16, separated by commas',
    )
    .default([]),
};

/** What such a process tells `createOutboundFetch`. */
export function outboundSettings(config: { NODE_ENV: string; OUTBOUND_ALLOW: readonly string[] }) {
  return { allow: config.OUTBOUND_ALLOW, requireTls: config.NODE_ENV === 'production' };
}

interface Addresses {
  NODE_ENV: string;
  OPENAI_BASE_URL: string;
  OUTBOUND_ALLOW: readonly string[];
}

/** A check of a schema with these: in production keys travel over TLS, except to hosts that were allowed by name. */
export const httpsInProduction = z.refine<Addresses>(
  ({ NODE_ENV, OPENAI_BASE_URL, OUTBOUND_ALLOW }) => {
    const { protocol, hostname } = new URL(OPENAI_BASE_URL);
    const isTrusted = createOutboundRules(OUTBOUND_ALLOW).trustsHost(hostname.replace(/^\[|\]$/g, ''));
    return NODE_ENV !== 'production' || protocol === 'https:' || isTrusted;
  },
  {
    path: ['OPENAI_BASE_URL'],
    error: 'must be https:// when NODE_ENV=production, or its host must stand in OUTBOUND_ALLOW',
    when: ({ value }) => hasAddresses(value),
  },
);

/** Whether they were usable so far; what was not is a fault of its own. */
function hasAddresses(value: unknown): boolean {
  const { OPENAI_BASE_URL: url, OUTBOUND_ALLOW: allow } = (value ?? {}) as Partial<Record<keyof Addresses, unknown>>;
  return typeof url === 'string' && URL.canParse(url) && Array.isArray(allow) && allow.every(isOutboundEntry);
}
