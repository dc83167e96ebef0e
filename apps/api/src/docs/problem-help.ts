import type { ProblemCode } from '#core/problem.js';

/** For each error: when it comes, and what to do. Shown at `/docs/errors`, and the text of `docs/errors.md`. */
export const problemHelp: Record<ProblemCode, string> = {
  'invalid-request':
    'Something in the path, the query or the body is not as it should be. `fields` names each fault that the request itself shows, all at once; mend them and send it again. What only what is stored can show, such as a name that is taken, comes after these.',
  'confirmation-required':
    'What you ask for cannot be undone, so it has to be said twice. Add the confirmation that `detail` names.',
  'not-a-provider-key':
    'What was sent cannot be an OpenAI key. `detail` says why, without repeating it. Copy the whole key, from “sk-” to its end.',
  unauthenticated: 'The request carries no access token. Send one as `X-API-Key: …` or `Authorization: Bearer …`.',
  'invalid-access-token':
    'The access token is unknown, was revoked, or has expired; which of these is not said. Use another one.',
  forbidden: 'The token is good, and its role is too small for this. Use a token with the role that `detail` names.',
  'sign-in-failed':
    'The identity provider did not say who you are, or said it in a way that cannot be believed. `detail` says which. Sign in again.',
  'sign-in-refused':
    'The identity provider said who you are, and nobody has given you access, or your sign-in there was not as strong as it has to be. `detail` says which. Ask who runs the installation.',
  'csrf-rejected':
    'A form of the dashboard was too old, or was sent from another page. Load the page again and repeat.',
  'form-of-another-tenant':
    'A form of the dashboard was filled in for one tenant, and you look into another one by now, in another tab perhaps. `detail` says into which. Look into the first one again, and fill it in there.',
  'tenant-suspended':
    'The tenant was suspended by a platform administrator; `detail` says why. Its keys are neither tested nor imported meanwhile. Ask who runs the installation.',
  'tenant-deleted':
    'The tenant was deleted by a platform administrator; `detail` says until when it can be restored. Ask who runs the installation.',
  'not-found':
    'There is no such thing, or it belongs to another tenant: the two are not told apart. Check the id, and the tenant in `X-Tenant`.',
  'no-organization':
    'What you ask for is read from OpenAI, and this tenant has connected no organization there. Store an admin key (`sk-admin-…`) of one.',
  'method-not-allowed': 'The address exists and does not answer this method. The `Allow` header says which it does.',
  'duplicate-label': 'Labels are unique within a tenant, whatever their case. Choose another one.',
  'duplicate-secret': 'The same OpenAI key is stored already; `detail` names its label. Use that one.',
  'probe-in-progress': 'The key is being tested and the result is late. Wait for `Retry-After` and ask again.',
  'key-cannot-be-opened':
    'The stored secret does not open with this master key, because either of the two was changed. Replace the secret, or restore the right master key.',
  'tenant-state':
    'What you ask for does not go with the state that the tenant is in, or the tenant is the one that the installation is run from. `detail` says which.',
  'already-rotated': 'A token is rotated once: the one that took its place is in the list, and can be rotated in turn.',
  'too-many-keys':
    'The tenant has as many keys as the installation lets one have (`MAX_KEYS_PER_TENANT`). Delete some, or ask who runs it.',
  'body-too-large':
    'The request body is larger than this request may have: 64 KiB, for usage events and prices 2 MiB. Send less at once.',
  'address-too-long': 'The address with its query is longer than 8,192 characters. Ask for less at once.',
  'unsupported-media-type': 'The body is not JSON in UTF-8. Send it with `Content-Type: application/json`.',
  'rate-limited':
    'Too many requests in a minute or at once, too many questions of a tenant to OpenAI, or too many wrong access tokens from your address. Wait as long as `Retry-After` says. The `RateLimit` header shows how much is left.',
  internal:
    'A fault on our side. The log has the details under the `requestId` of the answer. Trying again may help; if not, report it with that id.',
  'openai-refused':
    'What you ask for was not imported, and OpenAI refused to answer it. `detail` names the organization and says what OpenAI said. Test its admin key.',
  'openai-unavailable':
    'What you ask for was not imported, and OpenAI does not answer right now. Try again after `Retry-After`.',
  unavailable: 'Something that the API needs does not answer. `detail` names it. Try again after `Retry-After`.',
};
