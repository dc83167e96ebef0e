import { Problem } from '#core/problem.js';

/** Token buckets by name, of which this needs no more than taking; shared by all replicas where there is a Redis. */
export interface QuestionBuckets {
  take(
    name: string,
    policy: { burst: number; perMinute: number },
  ): Promise<{ allowed: boolean; /** Until there is one again. */ nextTokenMs: number }>;
}

/** OpenAI limits an admin key as a whole, so whoever may only read must not use up what the import needs. */
const questionsPerMinute = 60;

/**
 * Takes one question to OpenAI from what a tenant may ask in a minute. What is kept or imported costs nothing.
 * @throws Problem `rate-limited` when none is left
 */
export async function spendQuestion(deps: { buckets: QuestionBuckets }, tenantId: string): Promise<void> {
  const policy = { burst: questionsPerMinute, perMinute: questionsPerMinute };
  const { allowed, nextTokenMs } = await deps.buckets.take(`openai-questions:${tenantId}`, policy);
  if (allowed) return;
  const retryAfterSecs = Math.max(1, Math.ceil(nextTokenMs / 1000));
  const detail = `This would be asked of OpenAI, and this tenant has asked ${questionsPerMinute} questions within a minute. Wait ${retryAfterSecs} s. What was asked within the hour or is imported is answered all the same.`;
  throw new Problem('rate-limited', { detail, retryAfterSecs });
}
