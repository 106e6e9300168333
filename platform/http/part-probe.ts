/** How a part in another process is asked for its state: by its own readiness, bounded in time. */

import { Agent } from 'undici';
import { z } from 'zod';
import { Problem } from '../errors.ts';
import type { HealthProbe, HealthReport } from '../health.ts';
import { probeHealth } from '../health-probe.ts';

/** The part asks its own engines first, each bounded by 2 s. */
const ANSWER_MS = 3_000;
const CONNECT_MS = 1_000;

export interface PartProbe extends HealthProbe {
  close(): Promise<void>;
}

const Readiness = z.object({ state: z.enum(['UP', 'DEGRADED']) });
const NotReady = z.object({ detail: z.string() });

/** `url` is the address of the part's process. */
export function createPartProbe({ name, url }: { readonly name: string; readonly url: string }): PartProbe {
  const agent = new Agent({ connections: 1, connect: { timeout: CONNECT_MS }, headersTimeout: ANSWER_MS });
  let state: HealthReport['state'] = 'UP';
  const ask = async () => {
    const { statusCode, body } = await agent
      .request({ origin: url, path: '/health/ready', method: 'GET' })
      .catch((cause: unknown) => {
        throw unanswered(name, cause);
      });
    const answer: unknown = await body.json().catch(() => null);
    if (statusCode !== 200) throw notReady(name, answer, statusCode);
    state = Readiness.safeParse(answer).data?.state ?? 'UP';
  };
  return {
    health: async () => {
      const report = await probeHealth(name, url, ask, { timeoutMs: ANSWER_MS });
      if (report.state !== 'UP' || state === 'UP') return report;
      return { ...report, state, detail: `Some of what it needs does not work: see ${url}/health/ready.` };
    },
    close: () => agent.destroy(),
  };
}

function unanswered(name: string, cause: unknown): Problem {
  const { code = 'no connection' } = cause as { readonly code?: string };
  return new Problem(
    'UNAVAILABLE',
    `The part "${name}" does not answer (${code}). Start it, or look at its log.`,
    {
      cause,
    },
  );
}

function notReady(name: string, answer: unknown, status: number): Problem {
  const detail = NotReady.safeParse(answer).data?.detail ?? `It answers with status ${status}.`;
  return new Problem('UNAVAILABLE', `The part "${name}" is not ready. ${detail}`);
}
