/**
 * The leader's duty: carries out what `treatments.ts` notes, page by page, each as an ingestion job of its own whose end
 * is waited for: no more than one page of a tenant waits at a time, and whoever sends documents meanwhile has their turns.
 */

import { type AuditEvent, ownEvent } from '../../../model/audit.ts';
import { isFinished } from '../../../model/jobs.ts';
import type { TreatmentState } from '../../../model/privacy-treatment.ts';
import { toProblem } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/log.ts';
import { pause } from '../../../platform/pause.ts';
import type { Queue } from '../../../platform/queue/queue.ts';
import { jobById } from '../../../stores/graph/statements/jobs.ts';
import { treatmentsOpen } from '../../../stores/graph/statements/privacy-treatments.ts';
import type { DeleteTools } from '../../delete.ts';
import type { SubmitTools } from '../../submit.ts';
import { createPlaces, type Places } from './places.ts';
import { settlePage } from './settle-page.ts';
import { requireStillAllowed, type StandingOf } from './still-allowed.ts';
import { submitPage } from './submit-page.ts';
import { changeRecord, type TreatmentRecord, toRecord } from './treatment-record.ts';

/** How often it is looked whether there is something to do, in ms, and whether a page is done. */
const LOOK_EVERY_MS = 1_000;
const LOOK_AGAIN_MS = 200;
/** How long one rests that could not go on, in ms: what stands in its way, such as a key that is lost, may be mended. */
const REST_MS = 10_000;
/** Treatments, each of another tenant, that have their turns. */
const AT_ONCE = 1_000;

export interface TreaterOptions extends SubmitTools, DeleteTools {
  readonly queue: Queue;
  /** Takes back what of a job waits. */
  readonly cancelJob: (tenant: string, jobId: string) => Promise<unknown>;
  /** What whoever asked for a treatment may do by now. */
  readonly standingOf: StandingOf;
  /** Keeps what was done, as it does what people do. */
  readonly record: (events: readonly AuditEvent[]) => Promise<unknown>;
  readonly log: Log;
  readonly everyMs?: number;
}

/** Until when those rest that could not go on, by id. */
type Resting = Map<string, number>;

/** With where each of them is. */
type Treating = TreaterOptions & { readonly places: Places };

export function createTreater(given: TreaterOptions) {
  const options: Treating = { ...given, places: createPlaces(given.graph) };
  const resting: Resting = new Map();
  return {
    name: 'privacy treatments',
    run: async (signal: AbortSignal): Promise<void> => {
      while (!signal.aborted) {
        const open = await turnsOfAll(options, resting, signal).catch((error: unknown) => {
          if (!signal.aborted)
            options.log.warn({ error }, 'Privacy treatments do not go on now; tried again.');
          return 0;
        });
        await pause(options.everyMs ?? (open > 0 ? LOOK_AGAIN_MS : LOOK_EVERY_MS), signal);
      }
    },
  };
}

/** A turn for each that is open; one that fails rests, and does not hold up the others. Gives how many had one. */
async function turnsOfAll(options: Treating, resting: Resting, signal: AbortSignal): Promise<number> {
  const open = (await options.graph.read(treatmentsOpen(AT_ONCE), { signal })).map(toRecord);
  const now = performance.now();
  const ready = open.filter(({ id }) => (resting.get(id) ?? 0) <= now);
  const isOpen = new Set(open.map(({ id }) => id));
  for (const id of resting.keys()) if (!isOpen.has(id)) resting.delete(id);
  options.places.keep(isOpen);
  for (const record of ready) {
    if (signal.aborted) break;
    resting.delete(record.id);
    await takeTurn(options, record, signal).catch((error: unknown) => {
      resting.set(record.id, now + REST_MS);
      return tellProblem(options, record, error, signal);
    });
  }
  return ready.length;
}

async function takeTurn(options: Treating, record: TreatmentRecord, signal: AbortSignal): Promise<void> {
  const { graph, queue, cancelJob, log } = options;
  const { page, state, tenant } = record;
  if (page !== null) {
    const [job] = page.jobId === null ? [] : await graph.read(jobById(page.jobId));
    const isUnderWay = job !== undefined && !isFinished(job.state);
    if (isUnderWay && state === 'CANCELLING') await cancelJob(tenant, job.id);
    if (isUnderWay && state === 'RUNNING') return;
    return settlePage(options, record);
  }
  if (state === 'CANCELLING') return finish(options, record, 'CANCELLED');
  await requireStillAllowed(options.standingOf, record);
  const submitted = await submitPage(options, record, signal);
  if (submitted === null)
    return finish(options, record, record.held + record.failed > 0 ? 'PARTIAL' : 'SUCCEEDED');
  if (submitted.jobId === null) return;
  await queue.push([submitted.jobId]).catch((error: unknown) => {
    log.warn({ jobId: submitted.jobId, error }, 'A job could not be queued; the reconciler will queue it.');
  });
}

/** In the audit log first: a crash in between writes it twice, and never not at all. */
async function finish(
  { exclusive, record: keep, now, log }: TreaterOptions,
  record: TreatmentRecord,
  state: TreatmentState,
): Promise<void> {
  const { id, tenant, treated, unchanged, held, failed } = record;
  const detail = `Privacy policies applied: ${state}. Documents: ${treated} treated, ${unchanged} unchanged, ${held} held, ${failed} failed.`;
  await keep([ownEvent({ tenant, action: 'privacy treatment', targets: [id], code: null, detail })]);
  await exclusive((alone) =>
    changeRecord(alone, record, (found) => ({
      ...found,
      state,
      problem: null,
      finishedAt: now().toISOString(),
    })),
  );
  log.info({ tenant, treatment: id, treated, unchanged, held, failed }, detail);
}

/** It is tried again by itself; whoever asks how it is learns why it does not go on. Told once, not at every turn. */
async function tellProblem(
  { exclusive, log }: TreaterOptions,
  record: TreatmentRecord,
  error: unknown,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const problem = toProblem(error).message;
  if (record.problem === problem) return;
  log.warn({ tenant: record.tenant, treatment: record.id, error }, 'A privacy treatment does not go on now.');
  await exclusive((alone) => changeRecord(alone, record, (now) => ({ ...now, problem }))).catch(
    () => undefined,
  );
}
