import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Everything from our own origin, nothing inline, never in a frame. Plain HTTP on loopback has to work, so nothing is
 * upgraded to HTTPS here. Where TLS is, HSTS holds for this host; those below it may be somebody else's, so the operator says.
 */
export function secureHeaders({ hstsSubdomains }: { hstsSubdomains: boolean }): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: hstsSubdomains },
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
}
