import type { Database } from '#db/database.js';
import { type EndedProbe, type HealthPolicy, type RecordedProbe, recordProbeRuns } from './record-probe-runs.js';

const mostPerBatch = 100;
const gatherMs = 15;

export interface ProbeRecorder {
  /** Resolves once the run is committed; null when it did not count. */
  record(ended: EndedProbe): Promise<RecordedProbe | null>;
}

interface Waiting {
  ended: EndedProbe;
  resolve: (recorded: RecordedProbe | null) => void;
  reject: (error: unknown) => void;
}

/**
 * Gathers what ends within a few milliseconds and writes it tenant by tenant in one transaction each: at hundreds of
 * probes a second the commits, not the rows, are what costs. A probe's promise settles only after its own commit.
 */
export function createProbeRecorder(deps: { db: Database; policy: HealthPolicy }): ProbeRecorder {
  const gathering = new Map<string, Waiting[]>();

  async function flush(tenantId: string): Promise<void> {
    const batch = gathering.get(tenantId) ?? [];
    if (batch.length === 0) return; // a full batch left before its timer
    gathering.delete(tenantId);
    try {
      const recorded = await recordProbeRuns(
        deps,
        tenantId,
        batch.map(({ ended }) => ended),
      );
      const byRun = new Map(recorded.map((one) => [one.runId, one]));
      for (const { ended, resolve } of batch) resolve(byRun.get(ended.probe.runId) ?? null);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return {
    record(ended) {
      const { tenantId } = ended.probe;
      return new Promise((resolve, reject) => {
        const batch = gathering.get(tenantId) ?? [];
        batch.push({ ended, resolve, reject });
        if (batch.length === 1) {
          gathering.set(tenantId, batch);
          setTimeout(() => void flush(tenantId), gatherMs);
        } else if (batch.length === mostPerBatch) {
          void flush(tenantId);
        }
      });
    },
  };
}
