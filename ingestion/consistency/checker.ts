/**
 * The leader's duty: carries out the checks that were asked for, one at a time, and asks for one of the whole
 * installation when the last is old enough. A check that is cut off begins anew with whoever leads next.
 */

import { type AuditEvent, ownEvent } from '../../model/audit.ts';
import {
  type CheckStep,
  type ConsistencyCheck,
  type FaultCount,
  type FaultKind,
  type Finding,
  faultsLeft,
} from '../../model/consistency.ts';
import { toProblem } from '../../platform/errors.ts';
import { pause } from '../../platform/pause.ts';
import {
  consistencyRunsOpen,
  putConsistencyRun,
  tenantsOfCollections,
} from '../../stores/graph/statements/consistency.ts';
import { type ConsistencyChecks, newCheck, toCheck, toNode } from './consistency.ts';
import { contentPages } from './content-pages.ts';
import { documentPages } from './document-pages.ts';
import { graphPages } from './graph-pages.ts';
import { indexPages } from './index-pages.ts';
import { type CheckPage, type CheckTools, checkPage } from './page.ts';

/** How often it is looked whether there is something to do, in ms. */
const LOOK_EVERY_MS = 1_000;
/** How often it is told how far a check is, in ms. */
const TELL_EVERY_MS = 2_000;
/** Where there never was a check, the first one comes this long after the leader began, in ms. */
const FIRST_AFTER_MS = 600_000;
const HOUR_MS = 3_600_000;
/** Checks that wait and are looked at together. */
const CHECKS_AT_ONCE = 10;
/** Findings that a check names; all are counted. */
export const FINDINGS_MAX = 200;

export interface CheckerOptions extends CheckTools {
  readonly checks: ConsistencyChecks;
  /** How old the last check may get, in hours; 0: none is begun by itself. */
  readonly everyHours: number;
  /** Keeps what was mended, as it does what people do. */
  readonly record: (events: readonly AuditEvent[]) => Promise<void>;
  readonly everyMs?: number;
}

export function createChecker(options: CheckerOptions) {
  return {
    name: 'consistency checker',
    run: async (signal: AbortSignal): Promise<void> => {
      const since = options.now().getTime();
      while (!signal.aborted) {
        await beginWhenDue(options, since)
          .then(() => checkWhatWaits(options, signal))
          .catch((error: unknown) => {
            if (!signal.aborted)
              options.log.warn({ error }, 'The consistency could not be checked now; tried again.');
          });
        await pause(options.everyMs ?? LOOK_EVERY_MS, signal);
      }
    },
  };
}

async function beginWhenDue({ checks, everyHours, now }: CheckerOptions, since: number): Promise<void> {
  if (everyHours === 0) return;
  const last = await checks.last(null);
  if (last !== null && last.finishedAt === null) return;
  const dueAt =
    last === null ? since + FIRST_AFTER_MS : Date.parse(last.finishedAt ?? '') + everyHours * HOUR_MS;
  if (now().getTime() >= dueAt) await checks.begin(null, { mends: false });
}

async function checkWhatWaits(options: CheckerOptions, signal: AbortSignal): Promise<void> {
  for (const node of await options.graph.read(consistencyRunsOpen(CHECKS_AT_ONCE))) {
    if (signal.aborted) return;
    await check(options, toCheck(node), signal);
  }
}

async function check(options: CheckerOptions, asked: ConsistencyCheck, signal: AbortSignal): Promise<void> {
  const { graph, now, log } = options;
  const write = (changes: Partial<ConsistencyCheck>) =>
    graph.write([putConsistencyRun(toNode({ ...begun, ...changes }))]);
  const begun: ConsistencyCheck = {
    ...newCheck(asked.tenant, asked.mends, now()),
    requestedAt: asked.requestedAt,
    state: 'RUNNING',
    startedAt: now().toISOString(),
  };
  await write({});
  const account = accountOf();
  let told = now().getTime();
  try {
    for await (const { step, page, looked } of pagesOf(options, asked.tenant)) {
      if (signal.aborted) return;
      account.add(step, looked, await checkPage(options, asked, page, signal));
      if (now().getTime() - told < TELL_EVERY_MS) continue;
      told = now().getTime();
      await write(account.soFar());
    }
    const done = { ...account.soFar(), state: 'DONE' as const, finishedAt: now().toISOString() };
    await write(done);
    await tellMended(options, { ...asked, ...done }, null);
    const left = faultsLeft(done);
    if (left > 0)
      log.warn({ left, tenant: asked.tenant }, 'The stores do not agree. "trellis doctor" tells where.');
  } catch (error) {
    if (signal.aborted) return;
    log.warn({ error }, 'The check of the stores was broken off.');
    const { code, message: problem } = toProblem(error);
    const failed = { ...account.soFar(), state: 'FAILED' as const, problem, finishedAt: now().toISOString() };
    await write(failed);
    await tellMended(options, { ...asked, ...failed }, code);
  }
}

/** Whoever asked for a repair is in the log already; what it changed, and whether it came to its end, is known only now. */
async function tellMended(
  { record }: CheckerOptions,
  { tenant, mends, counts }: Pick<ConsistencyCheck, 'tenant' | 'mends' | 'counts'>,
  code: string | null,
): Promise<void> {
  if (!mends) return;
  const mended = counts.reduce((sum, count) => sum + count.mended, 0);
  const kinds = counts.filter((count) => count.mended > 0).map(({ kind, mended: of }) => `${kind} ${of}`);
  const detail = `${mended} faults were mended${kinds.length === 0 ? '' : `: ${kinds.join(', ')}`}.`;
  await record([ownEvent({ tenant: tenant ?? '', action: 'consistency repair', code, detail })]);
}

/** What was found so far. */
function accountOf() {
  const counts = new Map<FaultKind, FaultCount>();
  const findings: Finding[] = [];
  let [looked, step]: [number, CheckStep] = [0, 'GRAPH'];
  return {
    add: (at: CheckStep, more: number, found: readonly Finding[]) => {
      looked += more;
      step = at;
      findings.push(...found.slice(0, FINDINGS_MAX - findings.length));
      for (const { kind, isMended } of found) {
        const { found: before, mended } = counts.get(kind) ?? { found: 0, mended: 0 };
        counts.set(kind, { kind, found: before + 1, mended: mended + (isMended ? 1 : 0) });
      }
    },
    soFar: () => ({ step, looked, counts: [...counts.values()], findings: [...findings] }),
  };
}

interface StepPage {
  readonly step: CheckStep;
  readonly page: CheckPage;
  readonly looked: number;
}

/** The graph first, for the rest is held against it. */
async function* pagesOf(tools: CheckTools, tenant: string | null): AsyncGenerator<StepPage> {
  const tenants = new Set(await tools.graph.read(tenantsOfCollections()));
  for await (const page of graphPages(tools)) yield { step: 'GRAPH', ...page };
  for await (const page of documentPages(tools, tenant, (met) => void tenants.add(met)))
    yield { step: 'DOCUMENTS', ...page };
  for (const held of await tools.vectors.tenants()) tenants.add(held);
  const wanted = tenant === null ? [...tenants] : [tenant];
  for (const each of wanted)
    for await (const page of indexPages(tools, each)) yield { step: 'INDEX', ...page };
  for (const each of wanted)
    for await (const page of contentPages(tools, each)) yield { step: 'CONTENT', ...page };
}
