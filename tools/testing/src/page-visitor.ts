import { type IncomingMessage, request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Somebody at a browser, as far as HTTP goes: keeps cookies, and sends forms with the token of the page they are on. */
export interface PageVisitor {
  /** What the browser would send along, by name. */
  cookies: Map<string, string>;
  /** Each `Set-Cookie` of the last answer, whole. */
  setCookies: string[];
  get(path: string, headers?: Record<string, string>): Promise<PageAnswer>;
  /** Posts a form; `_csrf` is that of the last page that had one, unless given. */
  post(path: string, form?: Record<string, string>, headers?: Record<string, string>): Promise<PageAnswer>;
  /** Signs in with an access token through the form. */
  signIn(token: string, returnTo?: string): Promise<PageAnswer>;
}

export interface PageAnswer {
  status: number;
  headers: Headers;
  /** Where a redirect leads; empty for none. */
  location: string;
  html: string;
}

export function createPageVisitor(origin: string): PageVisitor {
  let formToken = '';
  const visitor: PageVisitor = {
    cookies: new Map(),
    setCookies: [],
    get: (path, headers) => request('GET', path, { headers }),
    post: (path, form = {}, headers = {}) => request('POST', path, { headers, form: { _csrf: formToken, ...form } }),
    async signIn(token, returnTo = '') {
      await visitor.get('/dashboard/login');
      return visitor.post('/dashboard/login', { token, returnTo });
    },
  };

  async function request(
    method: string,
    path: string,
    { headers = {}, form }: { headers?: Record<string, string> | undefined; form?: Record<string, string> },
  ): Promise<PageAnswer> {
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const body = form ? new URLSearchParams(form).toString() : '';
    // Not `fetch`: it says of itself that it is a script, and a person's browser does not.
    const sending = httpRequest(origin + path, {
      method,
      headers: {
        ...(cookie && { cookie }),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
    }).end(body);
    const [message] = (await once(sending, 'response')) as [IncomingMessage];
    const html = await text(message);
    keepCookies(message.headers['set-cookie'] ?? []);
    formToken = /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? formToken;
    const answered = new Headers(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
    return { status: message.statusCode ?? 0, headers: answered, location: answered.get('location') ?? '', html };
  }

  function keepCookies(lines: string[]): void {
    visitor.setCookies = lines;
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Max-Age=0(?:;|$)/i.test(line)) visitor.cookies.delete(name);
      else visitor.cookies.set(name, value);
    }
  }

  return visitor;
}
