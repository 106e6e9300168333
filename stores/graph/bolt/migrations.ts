/**
 * Constraints and indexes, made when the store opens. Servers do not make them in transactions, so each is made on its
 * own and only where it is missing: an opening that was cut off is continued by the next, and two at once do no harm.
 * The graph remembers that all were made, in `(:Migration {id})`, whose id is a hash of what they are.
 */

import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { IPolicy } from 'cockatiel';
import { FIRST_NAMESPACE } from '../../../model/namespace.ts';
import { Problem } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/log.ts';
import type { Dialect, RunAlone } from './dialect.ts';
import { failureKind } from './failures.ts';
import { type InNamespace, inNamespace } from './in-namespace.ts';
import { ALL_INDEXES } from './labels.ts';

/** How often it is asked whether the indexes are complete, in ms. */
const READY_POLL_MS = 200;

const REMEMBERED = 'MATCH (m:Migration {id: $id}) RETURN m.id AS id';
const REMEMBER = 'MERGE (m:Migration {id: $id}) ON CREATE SET m.doneAt = $now';

/** One thing to make: the key by which the server's list is searched, and the text that makes it. */
interface Wanted {
  readonly key: string;
  readonly cypher: string;
}

export interface MigrationTools {
  readonly dialect: Dialect;
  readonly placing: InNamespace;
  readonly run: RunAlone;
  readonly retries: IPolicy;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export async function migrate(tools: MigrationTools): Promise<void> {
  const { dialect, placing, run, retries, log, signal } = tools;
  const wanted = wantedBy(dialect, placing);
  const id = fingerprint(wanted);
  const remembered = (await run(placing.text(REMEMBERED), { id })).length > 0;
  const missing = await missingOf(wanted, tools);
  if (remembered && missing.length > 0)
    log.warn(
      { engine: 'graph', missing: missing.map(({ key }) => key) },
      'Indexes of the graph were removed from the server; they are made again.',
    );
  for (const { cypher } of missing) await retries.execute(() => makeOne(cypher, tools), signal);
  await untilReady(wanted, tools);
  if (remembered) return;
  const remember = () => run(placing.text(REMEMBER), { id, now: new Date().toISOString() });
  await retries.execute(remember, signal);
}

/** Every label has an `id` that only one node has; a constraint also is what makes MERGE of one id safe. */
export function wantedBy(
  dialect: Dialect,
  placing: InNamespace = inNamespace(FIRST_NAMESPACE),
): readonly Wanted[] {
  return Object.entries(ALL_INDEXES).flatMap(([bare, properties]) => {
    const label = placing.label(bare);
    const indexed = properties.filter((property) => property !== 'id' || !dialect.uniqueIsIndexed);
    return [
      {
        key: `unique ${label}.id`,
        cypher: `CREATE CONSTRAINT unique_${label}_id IF NOT EXISTS FOR (n:${label}) REQUIRE n.id IS UNIQUE`,
      },
      ...indexed.map((property) => ({
        key: `index ${label}.${property}`,
        cypher: `CREATE INDEX index_${label}_${property} IF NOT EXISTS FOR (n:${label}) ON (n.${property})`,
      })),
    ];
  });
}

function fingerprint(wanted: readonly Wanted[]): string {
  const hash = createHash('sha256').update(wanted.map(({ key }) => key).join('\n'));
  return `schema-${hash.digest('hex').slice(0, 16)}`;
}

async function missingOf(wanted: readonly Wanted[], { dialect, run }: MigrationTools) {
  const present = new Set((await dialect.schemaItems(run)).map(({ key }) => key));
  return wanted.filter(({ key }) => !present.has(key));
}

/** Another process may be making the same: what exists is as good as made. */
async function makeOne(cypher: string, { run, dialect }: MigrationTools): Promise<void> {
  try {
    await run(cypher);
  } catch (error) {
    if (failureKind(error, dialect.failures) !== 'EXISTS') throw error;
  }
}

async function untilReady(
  wanted: readonly Wanted[],
  { dialect, run, signal }: MigrationTools,
): Promise<void> {
  for (;;) {
    const ready = new Set(
      (await dialect.schemaItems(run)).filter((item) => item.ready).map(({ key }) => key),
    );
    const waiting = wanted.filter(({ key }) => !ready.has(key));
    if (waiting.length === 0) return;
    if (signal.aborted)
      throw new Problem(
        'UNAVAILABLE',
        `The graph server has not finished its indexes (${waiting.map(({ key }) => key).join(', ')}). Start again once it has.`,
      );
    await delay(READY_POLL_MS);
  }
}
