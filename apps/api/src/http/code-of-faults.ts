import type { z } from 'zod';
import { type ProblemCode, problems } from '#core/problem.js';

/** What a schema adds to an issue as its `params`, for a fault that has a code of its own. */
export interface FaultParams {
  code: ProblemCode;
}

/** The code that all faults of an input have in common; of different ones, that the request is not valid. */
export function codeOfFaults(issues: readonly z.core.$ZodIssue[]): ProblemCode {
  const [first, ...others] = new Set(issues.map(codeOf));
  return first === undefined || others.length > 0 ? 'invalid-request' : first;
}

function codeOf(issue: z.core.$ZodIssue): ProblemCode {
  const code: unknown = issue.code === 'custom' ? issue.params?.['code'] : undefined;
  return isProblemCode(code) ? code : 'invalid-request';
}

function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === 'string' && code in problems;
}
