import { expect, test } from 'vitest';
import { Problem, type ProblemCode, problems } from './problem.js';

test('every problem is an error status with words of its own', () => {
  const entries = Object.entries(problems);
  expect(entries.every(([, { status }]) => status >= 400 && status < 600)).toBe(true);
  expect(new Set(entries.map(([, { title }]) => title)).size).toBe(entries.length);
  for (const code of Object.keys(problems)) expect(code).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
});

test('a problem tells its detail or else its title, and never its cause', () => {
  const cause = new Error('canary');
  const told = (code: ProblemCode, detail?: string) =>
    new Problem(code, { cause, ...(detail !== undefined && { detail }) }).message;
  expect(told('not-found', 'There is no such key.')).toBe('There is no such key.');
  expect(told('internal')).toBe('Something went wrong on our side');
  const problem = new Problem('rate-limited', { cause, retryAfterSecs: 7 });
  expect(problem).toMatchObject({ status: 429, title: 'Too many requests', retryAfterSecs: 7 });
  expect(problem.cause).toBe(cause);
  expect(JSON.stringify(problem)).not.toContain('canary');
});

test('a problem about one field names that field with its own words', () => {
  const detail = 'There is no such key.';
  expect(new Problem('not-found', { field: 'key', detail }).fields).toEqual({ key: detail });
  expect(new Problem('not-found', { field: 'key' }).fields).toEqual({ key: 'Not found' });
  expect(new Problem('not-found', { detail }).fields).toBeUndefined();
});
