/** `trellis restore … --into-running`: restores into a server that runs, by its GraphQL, and waits until each step is over. */

import { Problem } from '../platform/errors.ts';
import type { Watching } from './backups.ts';
import type { Client } from './client.ts';
import { orSayWhatGoesOn, orTakeBack } from './interrupted.ts';
import { createLooks } from './looks.ts';
import { requireYes } from './require-yes.ts';

export interface RunningRestoreOptions {
  readonly tenant?: string;
  readonly collection?: string;
  /** Documents that came after the backup are deleted. */
  readonly replace?: true;
  /** Users, roles and API keys that are missing come back as well. */
  readonly access?: true;
  readonly confirm?: true;
  readonly revert?: true;
  readonly cancel?: true;
  readonly yes: boolean;
}

export interface RunningRestore {
  readonly id: string;
  readonly backup: string;
  readonly scope: string;
  readonly state: string;
  readonly cutAt: string;
  readonly notice: string;
  readonly problem: string | null;
  readonly progress: { readonly step: string; readonly done: number; readonly total: number } | null;
  readonly receipt: {
    readonly restored: number;
    readonly anew: number;
    readonly removed: number;
    readonly unchanged: number;
    readonly held: number;
    readonly erased: number;
    readonly failed: number;
    readonly failures: readonly { readonly documentId: string; readonly reason: string }[];
    readonly access: number;
    readonly treatments: readonly string[];
  };
}

const RESTORE = `id backup scope state cutAt notice problem progress { step done total }
  receipt {
    restored anew removed unchanged held erased failed failures { documentId reason } access treatments
  }`;
/** How long a server may be unavailable while it switches, in ms. */
const AWAY_MS_MAX = 300_000;
/** What is over, or waits for somebody. */
const STANDS = ['READY', 'SWITCHED', 'CONFIRMED', 'REVERTED', 'DONE', 'FAILED', 'CANCELLED'];

export async function restoreIntoRunning(
  client: Client,
  backup: string | undefined,
  options: RunningRestoreOptions,
  watching: Watching,
): Promise<RunningRestore> {
  try {
    if (options.confirm) return await step(client, 'confirmRestore', options, watching);
    if (options.revert) return await step(client, 'revertRestore', options, watching);
    if (options.cancel) return await cancel(client, watching);
    if (backup === undefined)
      throw new Problem('BAD_INPUT', 'id: is needed: "trellis backups" lists the backups.');
    return await begin(client, backup, options, watching);
  } finally {
    watching.progress.stop();
  }
}

/** Interrupted, it cancels what it began. */
async function begin(
  client: Client,
  backup: string,
  options: RunningRestoreOptions,
  watching: Watching,
): Promise<RunningRestore> {
  const { tenant, collection } = options;
  const isWhole = tenant === undefined && collection === undefined;
  await requireYes(
    isWhole
      ? `The running data will be replaced by the backup ${backup}, and kept.`
      : `Documents of the ${collection === undefined ? 'tenant' : 'collection'} will be as the backup ${backup} has them.`,
    options,
  );
  const input = {
    backup,
    scope: isWhole ? 'INSTALLATION' : collection === undefined ? 'TENANT' : 'COLLECTION',
    tenant: tenant ?? null,
    collection: collection ?? null,
    mode: options.replace ? 'REPLACE' : 'MERGE',
    withAccess: options.access ?? false,
  };
  const { id } = await ask(client, 'restoreBackup', 'RestoreBackupInput', input);
  const takeBack = () => ask(client, 'cancelRestore', 'RestoreInput', { id });
  const restored = await orTakeBack(watching.signal, { what: `The restore ${id}`, takeBack }, async () => {
    const stands = await standing(client, id, watching);
    watching.signal.throwIfAborted();
    return stands;
  });
  if (restored.state !== 'READY') return restored;
  await ask(client, 'switchRestore', 'RestoreInput', { id });
  return switching(client, id, watching);
}

/** A switch is one step, which nobody stops. */
function switching(client: Client, id: string, watching: Watching): Promise<RunningRestore> {
  const goesOn = `The switch of ${id} goes on; "trellis restore --into-running --status" tells how that ended.`;
  return orSayWhatGoesOn(watching.signal, goesOn, () => standing(client, id, watching));
}

/** The last one that was switched to. */
async function step(
  client: Client,
  mutation: 'confirmRestore' | 'revertRestore',
  options: RunningRestoreOptions,
  watching: Watching,
): Promise<RunningRestore> {
  const last = (await listRestores(client)).find(({ state }) => state === 'SWITCHED');
  if (last === undefined)
    throw new Problem('CONFLICT', 'There is no restore that could be confirmed or taken back.');
  const lost = mutation === 'confirmRestore' ? 'was there before' : 'was written since';
  await requireYes(`What ${lost} the restore of ${last.backup} will be gone for good.`, options);
  await ask(client, mutation, 'RestoreInput', { id: last.id });
  return switching(client, last.id, watching);
}

/** What somebody began who has left since, as where a terminal was closed. */
async function cancel(client: Client, watching: Watching): Promise<RunningRestore> {
  const open = (await listRestores(client)).find(({ state }) => state === 'RUNNING' || state === 'READY');
  if (open === undefined)
    throw new Problem(
      'CONFLICT',
      'There is no restore that could be cancelled: none runs, none stands ready.',
    );
  await ask(client, 'cancelRestore', 'RestoreInput', { id: open.id });
  return standing(client, open.id, watching);
}

/** The newest first. */
export async function listRestores(client: Client): Promise<readonly RunningRestore[]> {
  const { restores } = await client.run<{ readonly restores: { readonly nodes: readonly RunningRestore[] } }>(
    `query CommandLineRestores { restores(first: 100) { nodes { ${RESTORE} } } }`,
  );
  return restores.nodes;
}

async function ask(
  client: Client,
  mutation: string,
  type: string,
  input: Readonly<Record<string, unknown>>,
): Promise<RunningRestore> {
  const answer = await client.run<Readonly<Record<string, { readonly restore: RunningRestore }>>>(
    `mutation CommandLineRestore($input: ${type}!) { ${mutation}(input: $input) { restore { ${RESTORE} } } }`,
    { input },
    { despiteStop: true },
  );
  const { restore } = answer[mutation] ?? {};
  if (restore === undefined) throw new Problem('UNAVAILABLE', 'The server did not say how it is. Try again.');
  return restore;
}

/** While the server switches, it answers that it is unavailable: then it is asked again. */
async function standing(client: Client, id: string, { progress, signal }: Watching): Promise<RunningRestore> {
  const nextLook = createLooks(signal);
  for (let heard = Date.now(); ; ) {
    const found = await client
      .run<{ readonly restore: RunningRestore | null }>(
        `query CommandLineRestoreState($id: ID!) { restore(id: $id) { ${RESTORE} } }`,
        { id },
      )
      .catch((error: unknown) => {
        const isAway = error instanceof Problem && error.code === 'UNAVAILABLE' && !signal.aborted;
        if (isAway && Date.now() - heard < AWAY_MS_MAX) return null;
        throw error;
      });
    if (found !== null && found.restore === null)
      throw new Problem('NOT_FOUND', `The restore ${id} is gone.`);
    const restore = found?.restore ?? null;
    if (restore !== null) heard = Date.now();
    if (restore !== null && STANDS.includes(restore.state)) return restore;
    const { done, total, step: doing } = restore?.progress ?? { done: 0, total: 0, step: 'switching' };
    progress.update(done, total, doing);
    await nextLook();
  }
}

/** Whether it stands as was asked for: one that could not be taken back, say, is still `SWITCHED`. */
export function isAsAsked(
  { state, receipt }: RunningRestore,
  { confirm, revert, cancel }: Pick<RunningRestoreOptions, 'confirm' | 'revert' | 'cancel'>,
): boolean {
  if (confirm) return state === 'CONFIRMED';
  if (revert) return state === 'REVERTED';
  if (cancel) return state === 'CANCELLED';
  return state !== 'FAILED' && state !== 'CANCELLED' && state !== 'READY' && receipt.failed === 0;
}

export function describeRestores(restores: readonly RunningRestore[]): string {
  return restores.length === 0 ? 'There are no restores.' : restores.map(describeRunningRestore).join('\n');
}

export function describeRunningRestore({ id, state, notice, problem, receipt }: RunningRestore): string {
  const { restored, anew, removed, unchanged, held, erased, failed, failures, access, treatments } = receipt;
  const parts = [
    [restored, 'restored'],
    [removed, 'removed'],
    [unchanged, 'unchanged'],
    [held, 'kept by legal holds'],
    [erased, 'erased since'],
    [failed, 'failed'],
  ] as const;
  const some = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return [
    `${id} · ${state} · documents: ${some.length === 0 ? 'none' : some.join(', ')}`,
    ...(anew === 0
      ? []
      : [
          `    ${anew} of those restored are indexed anew under the privacy policy of now, and found when that is done.`,
        ]),
    ...(treatments.length === 0
      ? []
      : [`    Documents from before privacy policies are treated: ${treatments.join(', ')}.`]),
    ...(access === 0 ? [] : [`    ${access} users, roles and API keys came back; users are disabled.`]),
    `    ${notice}`,
    ...(problem === null ? [] : [`    ${problem}`]),
    ...failures.map(({ documentId, reason }) => `    ${documentId}: ${reason}`),
  ].join('\n');
}
