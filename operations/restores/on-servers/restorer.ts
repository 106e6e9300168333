/**
 * The leader's duty: restores the whole beside what is served, switches to it, goes back, and drops what nobody needs any
 * more. How each stands lies in the graph, so whoever leads next goes on: what was being restored is begun anew elsewhere,
 * and a switch has happened or not.
 */

import type { AuditEvent } from '../../../model/audit.ts';
import { newNamespace } from '../../../model/namespace.ts';
import type { Restore } from '../../../model/restore.ts';
import { toProblem } from '../../../platform/errors.ts';
import { pause } from '../../../platform/pause.ts';
import { LeaseLost } from '../../../stores/graph/leases/leases.ts';
import { servedRestoreById } from '../../../stores/graph/statements/serving.ts';
import type { Duty } from '../../leader.ts';
import { switchEvent } from '../switch-event.ts';
import { createDropper } from './dropper.ts';
import { lookAtRestores } from './look.ts';
import type { DropPlace, ListPlaces } from './place.ts';
import { change, type Kept, StandsOtherwise, withPlace } from './records.ts';
import { type PlaceTools, restorePlace } from './restore-place.ts';
import { revertServed, type SwitchTools, switchServed } from './switch-served.ts';

/** How often it is looked whether there is something to do, in ms. */
const LOOK_EVERY_MS = 1_000;
/** Processes that may end while they restore; after that it is not begun again. */
const ATTEMPTS_MAX = 3;

export interface ServedRestorerOptions extends SwitchTools, PlaceTools {
  readonly drop: DropPlace;
  readonly list: ListPlaces;
  readonly record: (events: readonly AuditEvent[]) => Promise<unknown>;
  /** Other data is served from here on. */
  readonly onSwitched: () => void;
  readonly everyMs?: number;
}

export function createServedRestorer(options: ServedRestorerOptions): Duty {
  const { log, everyMs = LOOK_EVERY_MS } = options;
  return {
    name: 'restorer of the whole',
    run: async (signal) => {
      const dropper = createDropper(options, signal);
      // Whoever asked for a switch is answered, and their call is in the audit log, before it begins.
      let seen: ReadonlySet<string> = new Set();
      while (!signal.aborted) {
        try {
          const { served, restores } = await lookAtRestores(options.graph);
          // Where other data is served by now these rooms are about to be built anew, and what is left to do is for those.
          if (served.namespace === options.namespace) {
            const before = seen;
            // One that was begun is asked for anew where it comes again, and so is one that stood otherwise meanwhile.
            seen = new Set(restores.map(stateOf).filter((state) => !before.has(state)));
            for (const kept of restores)
              await step(options, kept, { isSeen: before.has(stateOf(kept)), signal });
            dropper.wake(restores);
          }
        } catch (error) {
          if (!signal.aborted) log.warn({ error }, 'Restores could not be looked at; it is tried again.');
        }
        await pause(everyMs, signal);
      }
      await dropper.ended();
    },
  };
}

function stateOf({ id, restore }: Kept): string {
  return `${id} ${restore.state}`;
}

interface Looking {
  readonly isSeen: boolean;
  readonly signal: AbortSignal;
}

async function step(options: ServedRestorerOptions, kept: Kept, { isSeen, signal }: Looking): Promise<void> {
  const { state } = kept.restore;
  if (!kept.told) await tell(options, kept);
  if (state === 'RUNNING') await run(options, kept, signal);
  if (state === 'SWITCHING' && isSeen) await turn(options, kept, () => switchServed(options, kept), 'READY');
  if (state === 'REVERTING' && isSeen)
    await turn(options, kept, () => revertServed(options, kept), 'SWITCHED');
}

/** In the log of the data that is there now. Cut off in between, it is there twice. */
async function tell({ graph, record }: ServedRestorerOptions, kept: Kept): Promise<void> {
  await record([switchEvent(kept.restore)]);
  await graph.write([change(kept, {}, { told: true })]);
}

async function turn(
  options: ServedRestorerOptions,
  kept: Kept,
  how: () => Promise<void>,
  back: Restore['state'],
): Promise<void> {
  const { log, onSwitched } = options;
  try {
    await how();
  } catch (error) {
    await leave(options, kept, { error, back });
    return;
  }
  log.warn({ restore: kept.id }, 'Other data is served from now on.');
  onSwitched();
}

/**
 * As it was before, with the reason. Where it was done after all, by another leader or by a commit whose answer was lost, it
 * stands otherwise, and stays so.
 */
async function leave(
  { graph, log, onSwitched }: ServedRestorerOptions,
  kept: Kept,
  { error, back }: { readonly error: unknown; readonly back: Restore['state'] },
): Promise<void> {
  const { id: restore } = kept;
  try {
    await graph.write([change(kept, { state: back, problem: toProblem(error).message })]);
    log.error({ restore, error }, 'A restore could not be switched; what was there goes on.');
  } catch (cause) {
    const [found] = await graph.read(servedRestoreById(restore)).catch(() => []);
    if (found === undefined || found.state === kept.restore.state) {
      log.error(
        { restore, error, cause },
        'Whether a restore was switched is not known; it is looked at again.',
      );
      return;
    }
    const { state } = found;
    log.warn({ restore, state, error }, 'A restore was not switched here: it stands otherwise by now.');
    onSwitched();
  }
}

async function run(options: ServedRestorerOptions, asked: Kept, signal: AbortSignal): Promise<void> {
  const { graph, now, log } = options;
  if (asked.attempts >= ATTEMPTS_MAX) {
    await graph.write([change(asked, failed(now(), DIED), { drop: withPlace(asked) })]);
    return;
  }
  const place = { namespace: newNamespace(now()), attempts: asked.attempts + 1, drop: withPlace(asked) };
  await graph.write([change(asked, {}, place)]);
  const kept: Kept = { ...asked, ...place };
  try {
    await restorePlace(options, kept, signal);
  } catch (error) {
    // Whoever leads next begins it anew; who has cancelled it has said so.
    if (error instanceof StandsOtherwise) return;
    if (signal.aborted) {
      // Stopped in order, as all processes are one after the other for a new version, it has ended nobody.
      if (!(signal.reason instanceof LeaseLost))
        await graph.write([change(kept, {}, { attempts: asked.attempts })]).catch(() => undefined);
      return;
    }
    log.error({ restore: kept.id, error }, 'A restore failed.');
    const { message } = toProblem(error);
    await graph
      .write([
        change(kept, failed(now(), `${message} The data that was there is untouched.`), {
          drop: withPlace(kept),
        }),
      ])
      .catch((cause: unknown) => {
        if (!(cause instanceof StandsOtherwise)) throw cause;
      });
  }
}

function failed(now: Date, problem: string): Partial<Restore> {
  return { state: 'FAILED', finishedAt: now.toISOString(), progress: null, problem };
}

const DIED = `${ATTEMPTS_MAX} processes ended while they restored; their logs say why. The running data is untouched; begin again.`;
