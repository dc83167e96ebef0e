import cors from 'cors';
import type { RequestHandler } from 'express';

/**
 * Lets pages of the named origins (`https://ops.example.com`, or `*`) call the API with a token. Cookies are never
 * accepted from elsewhere. No origins: no page but our own.
 */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  if (origins.length === 0) return (_request, _response, next) => next();
  return cors({
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'X-API-Key', 'X-Request-Id', 'X-Tenant'],
    exposedHeaders: ['Age', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Cache', 'X-Request-Id'],
    maxAge: 600,
  });
}
