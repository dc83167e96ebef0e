/** A part of ours that takes longer than this to say how it is counts as away. */
const answerWithinMs = 3_000;

/** What `work` answers, unless it takes longer than 3 s: a lost connection is often kept waiting for, and never refused. */
export async function answerInTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${answerWithinMs} ms`)), answerWithinMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
