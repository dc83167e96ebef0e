import { createPageVisitor, type PageVisitor } from './page-visitor.js';

/** Somebody who has signed in with an access token, and has the form token of the page that they came to. */
export async function signedInVisitor(origin: string, token: string): Promise<PageVisitor> {
  const visitor = createPageVisitor(origin);
  const { location } = await visitor.signIn(token);
  await visitor.get(location);
  return visitor;
}
