/** The error envelope of OpenAI's API: all four fields are always present (`components.schemas.Error` of its spec). */
export interface OpenAiError {
  message: string;
  type: string;
  param: string | null;
  code: string | null;
}

/** What a route or a refusal answers; `createSimulator` adds the headers that every answer carries. */
export interface Answer {
  status: number;
  body: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** An error answer. Most refusals are `invalid_request_error` without code or parameter, hence the defaults. */
export function refuse(status: number, error: Partial<OpenAiError> & { message: string }): Answer {
  const { message, type = 'invalid_request_error', param = null, code = null } = error;
  return { status, body: { error: { message, type, param, code } satisfies OpenAiError } };
}
