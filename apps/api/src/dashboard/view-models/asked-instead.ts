const openAi = /(^|\.)openai\.com$/;

/** The host that is asked in place of OpenAI, such as a gateway's or a simulator's; null where it is OpenAI itself. */
export function askedInstead(baseUrl: string): string | null {
  const { host, hostname } = new URL(baseUrl);
  return openAi.test(hostname) ? null : host;
}
