import { expect, test } from 'vitest';
import { createLogger, redactSecrets } from './logger.js';

const projectKey = 'sk-proj-AbCdEf0123456789_-T3BlbkFJAbCdEf0123456789';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  write(createLogger({ name: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } }));
  return lines;
}

test.each([
  ['a project key', `refused ${projectKey}, sorry`, 'refused [redacted], sorry'],
  ['an old key', 'key=sk-abcdefghijklmnop1234', 'key=[redacted]'],
  ['the masked key in a 401 of OpenAI', 'provided: sk-proj-************excA.', 'provided: [redacted].'],
  ['an access token of ours', 'token klt_01JD8Z_abcdefgh-1', 'token [redacted]'],
  ['a bearer header', 'authorization: Bearer eyJhbGciOi.x.y', 'authorization: Bearer [redacted]'],
  ['a bearer header in small letters', 'authorization: bearer eyJhbGciOi.x.y', 'authorization: bearer [redacted]'],
  ['a key behind a line break of a JSON string', `"first\\n${projectKey}"`, '"first\\n[redacted]"'],
  ['a key glued to a name', `OPENAI_${projectKey}`, 'OPENAI_[redacted]'],
  ['several at once', `${projectKey} and klt_12345678`, '[redacted] and [redacted]'],
])('%s is redacted from text', (_name, text, expected) => {
  expect(redactSecrets(text)).toBe(expected);
});

test.each(['a task-oriented-approach', 'sk-short', 'the klt_ prefix', 'sk-svcacct-…hlbt', 'sk-service-…hlbt'])(
  'ordinary words and masks of ours are left alone: %s',
  (text) => {
    expect(redactSecrets(text)).toBe(text);
  },
);

test('a credential is redacted wherever it stands in a log line, and the line stays JSON', () => {
  const lines = logged((logger) => {
    logger.info(
      { req: { headers: { authorization: 'Basic canary', 'x-api-key': 'canary' } }, token: 'canary' },
      'asked',
    );
    logger.error({ err: new Error(`no: ${projectKey}`), deep: { inner: { text: projectKey } } }, `saw ${projectKey}`);
    logger.info(`a header "Bearer canary" in quotes, and 'Bearer canary' too`);
    logger.info(`two lines\n${projectKey}\tand a tab`);
    logger.info({ header: 'Bearer canary' }, 'Bearer canary');
  });
  expect(lines).toHaveLength(5);
  for (const line of lines) {
    expect(line).not.toMatch(/canary|T3BlbkFJ/);
    expect(() => JSON.parse(line)).not.toThrow();
  }
});

test.each(['authorization', 'cookie', 'x-api-key', 'secret', 'key', 'password', 'token'])(
  'what is named “%s” is hidden whatever it is, by itself, in an object and among headers',
  (name) => {
    const hidden = { [name]: '[redacted]' };
    const [line = ''] = logged((logger) => {
      const held = { [name]: 'canary' };
      logger.info({ ...held, object: held, request: { headers: held } }, 'asked');
    });
    expect(JSON.parse(line)).toMatchObject({ ...hidden, object: hidden, request: { headers: hidden } });
  },
);

test('a line says when, how bad and who in words', () => {
  const [line = ''] = logged((logger) => logger.warn('slow'));
  expect(JSON.parse(line)).toEqual({
    level: 'warn',
    name: 'test',
    msg: 'slow',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
});

test('text of strangers stays on its line, moves no cursor, and is cut where nobody reads on', () => {
  const evil = 'a\r\n{"level":"fatal"}\u001b[2J\u009b31m\u0085\u2028\u2029\u202e\u2066\u007f';
  const lines = logged((logger) => {
    logger.warn({ evil, [evil]: 1 }, evil);
    logger.error({ err: new Error(`${evil}${'x'.repeat(100_000)}`) }, 'failed');
  });
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    // oxlint-disable-next-line no-control-regex -- these are what is looked for
    expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
    expect(line.length).toBeLessThan(15_000);
  }
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: evil, evil });
});
