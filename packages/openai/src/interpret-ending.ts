import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { type CertificateFault, certificateFaultOf } from '#core/certificate-fault.js';
import { classifyOpenAiError } from './classify-openai-error.js';
import { AnswerTooLargeError } from './guarded-fetch.js';
import type { ProbeOutcome } from './probe-outcome.js';
import type { ProbeAnswer } from './read-probe-answer.js';
import { longestRead } from './redact-provider-text.js';
import type { Ending } from './run-with-deadline.js';

/** An ending put into words. Texts still are the provider's own: redact before keeping them. */
export interface ProbeResult {
  outcome: ProbeOutcome;
  errorCode: string | null;
  errorMessage: string | null;
  answer: ProbeAnswer | null;
}

/** What the end of a probe call means. Errors that are neither the provider's nor the network's are thrown on. */
export function interpretEnding(ending: Ending<ProbeAnswer | null>, deadlineMs: number): ProbeResult {
  if (ending.kind === 'late') return trouble('timeout', null, `No complete answer within ${deadlineMs} ms.`);
  if (ending.kind === 'failed') return interpretError(ending.error);
  if (ending.value === null) return unlikeOpenAi();
  return { outcome: 'ok', errorCode: null, errorMessage: null, answer: ending.value };
}

function interpretError(error: unknown): ProbeResult {
  if (error instanceof APIConnectionTimeoutError)
    return trouble('timeout', systemErrorCode(error), 'Connecting took too long.');
  if (error instanceof APIConnectionError) return interpretConnectionError(error);
  if (error instanceof APIError && typeof error.status === 'number') return interpretStatusError(error);
  // The SDK parses JSON on its own: a body cut short or mislabelled arrives here bare.
  if (error instanceof SyntaxError) return unlikeOpenAi();
  throw error;
}

const refused =
  'Nothing was sent: the connection was refused. Look at this server’s firewall, and at OPENAI_BASE_URL if set.';
const notFound =
  'Nothing was sent: the server’s name was not found. Look at the DNS here, and at OPENAI_BASE_URL if set.';
const noWay = 'Nothing was sent: there is no way to the server. Look at this server’s network, proxy and firewall.';
const slow =
  'Nothing was sent: connecting took too long. Look at this server’s network, proxy and firewall, and at OPENAI_BASE_URL if set.';
const noTls =
  'Nothing was sent: what answers there does not speak TLS. Look at this server’s proxy, and at OPENAI_BASE_URL if set.';

/** Where to look, by the system's code, when a connection failed before anything was sent over it. */
const unsent: Readonly<Record<string, string>> = {
  OUTBOUND_REFUSED: 'Nothing was sent: OPENAI_BASE_URL is not on the public internet, nor does OUTBOUND_ALLOW name it.',
  ECONNREFUSED: refused,
  ENOTFOUND: notFound,
  EAI_AGAIN: notFound,
  ENETUNREACH: noWay,
  EHOSTUNREACH: noWay,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  UND_ERR_CONNECT_TIMEOUT: slow,
};

const ofCertificate: Readonly<Record<CertificateFault, string>> = {
  untrusted:
    'Nothing was sent: the server’s certificate is not trusted. Does a proxy stand between? Then NODE_EXTRA_CA_CERTS needs its authority.',
  'out-of-time':
    'Nothing was sent: the server’s certificate is not valid today. Look at the clock of this machine, and at OPENAI_BASE_URL if set.',
  'another-name':
    'Nothing was sent: the server’s certificate is of another name. Look at the DNS here, and at OPENAI_BASE_URL if set.',
};

function interpretConnectionError(error: APIConnectionError): ProbeResult {
  if (causes(error).some((cause) => cause instanceof AnswerTooLargeError)) {
    return trouble('provider-error', null, 'The answer was too large to be one of OpenAI.');
  }
  // Only the code: the text of a fetch error can hold what was in its headers.
  const code = systemErrorCode(error);
  const fault = certificateFaultOf(code ?? '');
  const message =
    (fault ? ofCertificate[fault] : unsent[code ?? '']) ?? 'The connection failed before an answer was complete.';
  return trouble('network-error', code, message);
}

function interpretStatusError(error: APIError): ProbeResult {
  const { message } = (error.error ?? {}) as { message?: unknown };
  const facts = {
    status: Number(error.status),
    code: textOrNull(error.code),
    type: textOrNull(error.type),
    message: textOrNull(message)?.slice(0, longestRead) ?? null,
  };
  const note = `HTTP ${facts.status} without the error envelope of OpenAI.`;
  return trouble(classifyOpenAiError(facts), facts.code, facts.message ?? note);
}

function unlikeOpenAi(): ProbeResult {
  return trouble('provider-error', null, 'The answer is not what OpenAI answers: is something else at this address?');
}

function trouble(outcome: ProbeOutcome, errorCode: string | null, errorMessage: string): ProbeResult {
  return { outcome, errorCode, errorMessage, answer: null };
}

/** The first code such as `ECONNREFUSED` or `UND_ERR_SOCKET` in an error's chain of causes. */
function systemErrorCode(error: Error): string | null {
  const codes = causes(error).map((cause) => textOrNull((cause as { code?: unknown }).code));
  return codes.find((code) => code !== null && /^[A-Z][A-Z0-9_]+$/.test(code)) ?? null;
}

/** The error and its causes, outermost first; six levels is deeper than fetch nests. */
function causes(error: unknown, levels = 6): object[] {
  if (levels === 0 || typeof error !== 'object' || error === null) return [];
  return [error, ...causes((error as { cause?: unknown }).cause, levels - 1)];
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
