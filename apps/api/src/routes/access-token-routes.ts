import { z } from 'zod';
import { accessTo } from '#domain/access-tokens/access-table.js';
import type { AccessTokenView } from '#domain/access-tokens/access-token-view.js';
import { getAccessToken } from '#domain/access-tokens/get-access-token.js';
import { grantAccessToken } from '#domain/access-tokens/grant-access-token.js';
import { listAccessTokens } from '#domain/access-tokens/list-access-tokens.js';
import { pastEndFault } from '#domain/access-tokens/past-end-fault.js';
import { revokeAccessToken } from '#domain/access-tokens/revoke-access-token.js';
import { rotateAccessToken } from '#domain/access-tokens/rotate-access-token.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { addRule } from './add-rule.js';
import {
  accessTokenJson,
  issuedTokenJson,
  newAccessTokenBody,
  rotatedTokenJson,
  rotationBody,
} from './access-token-schemas.js';
import { grantorOf } from './grantor-of.js';
import { anyBody, idParams, noContent, nothing, pageOf, paging } from './schemas.js';

const head = { tag: 'Access tokens', params: nothing, query: nothing, body: anyBody } as const;

export function accessTokenRoutes(deps: AppDeps): Route[] {
  return [...readingTokens(deps), ...makingTokens(deps), revokingTokens(deps)];
}

function readingTokens(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...head,
      method: 'get',
      path: '/access-tokens',
      access: accessTo.accessTokens.read,
      summary: 'List the tenant’s access tokens, newest first, those that have ended too',
      query: z.strictObject({ ...paging({ max: 200, byDefault: 50 }), after: z.uuid().optional() }),
      response: z.object(pageOf(accessTokenJson)),
      async handle({ query, caller }) {
        const { items, next } = await listAccessTokens(deps, caller.tenant.id, query);
        return { items: items.map(presentToken), next };
      },
    }),
    defineRoute({
      ...head,
      method: 'get',
      path: '/access-tokens/:id',
      access: accessTo.accessTokens.read,
      summary: 'Show one access token',
      params: idParams,
      response: accessTokenJson,
      handle: async ({ params, caller }) => presentToken(await getAccessToken(deps, caller.tenant.id, params.id)),
    }),
  ];
}

function endingInFuture<Body extends typeof newAccessTokenBody | typeof rotationBody>(deps: AppDeps, body: Body): Body {
  return addRule(body, ['expiresAt'], ({ expiresAt }) => ({
    expiresAt: pastEndFault(expiresAt === undefined ? undefined : new Date(expiresAt), deps.clock.now()),
  }));
}

function makingTokens(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...head,
      method: 'post',
      path: '/access-tokens',
      access: accessTo.accessTokens.issue,
      summary: 'Issue an access token',
      description:
        'Of your own role at most. `token` is in this answer and can never be had again. Platform administrators’ tokens ' +
        'are issued in the tenant `default` alone.',
      body: endingInFuture(deps, newAccessTokenBody),
      status: 201,
      response: issuedTokenJson,
      async handle({ body, caller, actor }) {
        const expiresAt = body.expiresAt === undefined ? undefined : new Date(body.expiresAt);
        const { id, token } = await grantAccessToken({ ...deps, actor }, grantorOf(caller.principal, caller.tenant), {
          ...body,
          expiresAt,
        });
        return { ...presentToken(await getAccessToken(deps, caller.tenant.id, id)), token: token.reveal() };
      },
    }),
    defineRoute({
      ...head,
      method: 'post',
      path: '/access-tokens/:id/rotate',
      access: accessTo.accessTokens.rotate,
      summary: 'Replace an access token by a new one of the same name and role',
      description:
        'The old one stays good for `overlapHours`, so that whoever uses it can change over. Once per token.',
      params: idParams,
      body: endingInFuture(deps, rotationBody),
      status: 201,
      response: rotatedTokenJson,
      async handle({ params, body, caller, actor }) {
        const expiresAt = body.expiresAt === undefined ? undefined : new Date(body.expiresAt);
        const wanted = { id: params.id, overlapHours: body.overlapHours, expiresAt };
        const { id, token, oldEndsAt } = await rotateAccessToken(
          { ...deps, actor },
          grantorOf(caller.principal, caller.tenant),
          wanted,
        );
        const issued = presentToken(await getAccessToken(deps, caller.tenant.id, id));
        return { ...issued, token: token.reveal(), replacedEndsAt: oldEndsAt.toISOString() };
      },
    }),
  ];
}

function revokingTokens(deps: AppDeps): Route {
  return defineRoute({
    ...head,
    method: 'delete',
    path: '/access-tokens/:id',
    access: accessTo.accessTokens.revoke,
    summary: 'Revoke an access token',
    description: 'From the next request on it is refused, and its sessions end. It stays in the list.',
    params: idParams,
    status: 204,
    response: noContent,
    async handle({ params, caller, actor }) {
      await revokeAccessToken({ ...deps, actor }, grantorOf(caller.principal, caller.tenant), params.id);
    },
  });
}

function presentToken({ createdAt, expiresAt, revokedAt, lastUsedAt, ...token }: AccessTokenView) {
  return {
    ...token,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
