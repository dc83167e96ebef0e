import type { Request, Response } from 'express';
import type { Problem } from '#core/problem.js';
import type { AccessRole } from '#domain/access-tokens/access-role.js';
import type { Actor } from '#domain/audit/actor.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import type { StreamReply } from '../../http/reply.js';
import type { Session } from '../session/session.js';
import type { FlashInput } from '../view-models/frame.js';
import type { ViewerInput } from '../view-models/inputs.js';

/** Who reads, and whose figures. */
export interface Reader {
  tenant: Tenant;
  viewer: ViewerInput;
}

/** One request for a page of a tenant. */
export interface Visit extends Reader {
  request: Request;
  response: Response;
  /** Null on a public dashboard, for a reader who is not signed in. */
  session: Session | null;
  /** The id in the path; empty where there is none. */
  id: string;
  query: Readonly<Record<string, string>>;
  form: Readonly<Record<string, string>>;
}

/** A form or button of somebody who is signed in: who is not has no deeds. */
export interface Deed extends Visit {
  session: Session;
  /** Who does it, for the audit. */
  actor: Actor;
}

/** What a page answers: a document, or where to go next and what to say there, or a file. */
export type Answer = { html: string; status?: number } | { goTo: string; flash?: FlashInput } | StreamReply;

/** A page or a form's target as data: the one place for its address and for who may have it. */
export type PageRoute = ShownPage | PostedForm;

interface Place {
  /** Below the dashboard. */
  path: `/${string}`;
  /** The least role. What is posted needs a session as well. */
  access: AccessRole;
  /**
   * It changes who can get in, or what cannot be taken back: only for who has proved within the last minutes who they are; who
   * has not signs in again first (`recentSignInMs`). The page of such a form needs it too, so that nothing is typed for nothing.
   */
  needsRecentSignIn?: true;
  /** What the `:id` is of, to tell a reader that there is none; those of projects are OpenAI's. Default: a key. */
  idOf?: 'key' | 'organization' | 'project' | 'session' | 'token' | 'tenant';
}

interface ShownPage extends Place {
  method: 'get';
  /** It is about the reader, so on a public dashboard they have to sign in for it, whatever its `access`. */
  needsSession?: true;
  handle(visit: Visit): Promise<Answer>;
}

export interface PostedForm extends Place {
  method: 'post';
  /** The most that the form may have. Default 16 KiB. */
  formLimitBytes?: number;
  handle(deed: Deed): Promise<Answer>;
  /** Draws the form again with what was typed and what is wrong with it. Without it, a Problem is a page of its own. */
  redraw?(deed: Deed, problem: Problem): Promise<string>;
}
