/** Whether the index that answers speaks with the embedder that is configured, as `health` and `/health/ready` tell it. */

import { embedderName, isSameEmbedder } from '../model/embedding.ts';
import type { HealthProbe, HealthReport } from '../platform/health.ts';
import { probeHealth } from '../platform/health-probe.ts';
import type { VectorStore } from '../stores/vectors/vector-store.ts';
import type { Embedders } from '../text/embedders.ts';

export function createEmbedderHealth(rooms: {
  readonly vectors: VectorStore;
  readonly embedders: Embedders;
}): HealthProbe {
  return {
    health: async (): Promise<HealthReport> => {
      let engine = 'none yet';
      let difference: string | null = null;
      const report = await probeHealth('embedder', engine, async () => {
        const wanted = rooms.embedders.wanted();
        const { embedder } = await rooms.vectors.current();
        engine = (embedder ?? wanted).fingerprint;
        if (embedder === null || isSameEmbedder(embedder, wanted)) return;
        difference = `The vectors were made by ${embedderName(embedder)}, and ${embedderName(wanted)} is configured. Run the mutation "reembed", or set TRELLIS_EMBEDDER and its companions back.`;
      });
      const isDegraded = report.state === 'UP' && difference !== null;
      return { ...report, engine, ...(isDegraded ? { state: 'DEGRADED', detail: difference ?? '' } : {}) };
    },
  };
}
