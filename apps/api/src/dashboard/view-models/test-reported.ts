import { parseUsd } from '#core/money.js';
import type { ReportedRow } from '#domain/reported-usage/reported-row.js';
import type { FrameInput } from './frame.js';
import { reportedPage } from './reported-page.js';

/** For tests: the page of reported rows, as full as it gets, every text of it `text`. */
export function testReportedPage(frame: FrameInput, text: string) {
  const row = rowOf(frame, text);
  return reportedPage({
    frame,
    filters: {
      calendar: text,
      day: text,
      organization: text,
      project: text,
      key: text,
      model: text,
      tier: text,
      kind: text,
    },
    errors: [text],
    day: '2026-11-20',
    today: '2026-11-21',
    found: {
      items: [row, { ...row, bucketSecs: 86_400, quantity: 3, unit: text, cost: null, costBasis: 'unpriced' }],
      next: text,
      totals: {
        records: 2,
        requests: 10,
        inputTokens: 9,
        inputCachedTokens: 3,
        outputTokens: 5,
        cost: parseUsd('3.5'),
        unpricedRequests: 5,
        estimatedRequests: 5,
      },
    },
    names: { project: text, key: text },
    cursor: text,
  });
}

function rowOf(frame: FrameInput, text: string): ReportedRow {
  return {
    id: text,
    bucketAt: frame.now,
    bucketSecs: 3_600,
    organizationId: text,
    kind: text,
    projectId: text,
    projectName: text,
    keyId: text,
    keyName: text,
    userId: text,
    model: text,
    serviceTier: text,
    detail: text,
    requests: 5,
    inputUncachedTokens: 1,
    inputCachedTokens: 1,
    cacheWriteTokens: 1,
    cacheWrite12hTokens: 1,
    outputTokens: 1,
    reasoningTokens: 0,
    audioInputTokens: 1,
    audioCachedInputTokens: 1,
    audioOutputTokens: 1,
    imageInputTokens: 1,
    imageCachedInputTokens: 1,
    imageOutputTokens: 1,
    quantity: null,
    unit: null,
    cost: parseUsd('3.5'),
    costBasis: 'estimated',
    costReason: text,
    priceVersion: text,
  };
}
