/**
 * Keeps the gateway on the latest supergraph that is sound. One that is not is refused, the one before it stays, and
 * both the log and the readiness say so until a sound one comes.
 */

import type { SupergraphManager } from '@apollo/gateway';
import { toProblem } from '../platform/errors.ts';
import type { HealthReport } from '../platform/health.ts';
import type { Log } from '../platform/log.ts';
import { checkSupergraph, type SupergraphSource } from './supergraph.ts';

export interface SupergraphFollower {
  /** For `@apollo/gateway`, which starts and stops it. */
  readonly manager: SupergraphManager;
  /** Empty where the supergraph is never read again: then the start has proven it. */
  health(): readonly HealthReport[];
}

export interface FollowOptions {
  readonly source: SupergraphSource;
  /** The subgraphs that can be called. */
  readonly subgraphs: readonly string[];
  readonly log: Log;
}

export function followSupergraph({ source, subgraphs, log }: FollowOptions): SupergraphFollower {
  let trouble: string | null = null;
  const stumble = (error: unknown) => {
    const reason = error instanceof Error ? error.message : toProblem(error).message;
    if (reason !== trouble) log.error({ error }, 'The new supergraph is refused; the one before it stays.');
    trouble = reason;
  };
  return {
    manager: {
      initialize: async ({ update }) => {
        let current = await readChecked(source, subgraphs);
        const look = async () => {
          try {
            const next = await readChecked(source, subgraphs);
            if (next !== current) {
              update(next);
              log.info('A new supergraph is served.');
            }
            current = next;
            trouble = null;
          } catch (error) {
            stumble(error);
          }
        };
        return { supergraphSdl: current, cleanup: repeat(look, source.pollMs) };
      },
    },
    health: () => {
      if (source.pollMs === 0) return [];
      const about = { name: 'supergraph', engine: 'polled', latencyMs: 0 } as const;
      return trouble === null
        ? [{ ...about, state: 'UP' }]
        : [{ ...about, state: 'DEGRADED', detail: `The new supergraph is refused: ${trouble}` }];
    },
  };
}

async function readChecked(source: SupergraphSource, subgraphs: readonly string[]): Promise<string> {
  const sdl = await source.read();
  checkSupergraph(sdl, subgraphs);
  return sdl;
}

/** One look after another, never two at once. Gives what ends it. */
function repeat(look: () => Promise<void>, everyMs: number): () => Promise<void> {
  if (everyMs === 0) return async () => undefined;
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const again = () => {
    if (over) return;
    timer = setTimeout(() => {
      running = look().then(again);
    }, everyMs);
    timer.unref();
  };
  again();
  return async () => {
    over = true;
    clearTimeout(timer);
    await running;
  };
}
