import { expect, test } from 'vitest';
import { askedInstead } from './asked-instead.js';

test.each([
  ['https://api.openai.com/v1', null],
  ['https://eu.api.openai.com/v1', null],
  ['https://litellm.internal/v1', 'litellm.internal'],
  ['http://127.0.0.1:4010/v1', '127.0.0.1:4010'],
  ['https://api.openai.com.example/v1', 'api.openai.com.example'],
  ['https://notopenai.com/v1', 'notopenai.com'],
])('of %s, what is asked in place of OpenAI is %s', (baseUrl, host) => {
  expect(askedInstead(baseUrl)).toBe(host);
});
