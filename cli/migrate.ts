/** `trellis migrate`: tells of the migrations of a running server, and makes or takes them back. */

import type { Client } from './client.ts';
import { orSayWhatGoesOn } from './interrupted.ts';
import { createLooks } from './looks.ts';
import type { Progress } from './progress.ts';

export type MigrateAction =
  | { readonly kind: 'plan' }
  | { readonly kind: 'run' | 'revert'; readonly to?: number };

/** As the command line gives them. */
export interface MigrateOptions {
  readonly plan?: true;
  readonly status?: true;
  readonly revert?: number;
  readonly to?: number;
  readonly json: boolean;
}

export interface MigrateCommand {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface MigrationLine {
  readonly number: number;
  readonly name: string;
  readonly description: string;
  readonly state: string;
  readonly done: number;
  readonly total: number;
  readonly problem: string | null;
}

const FIELDS = 'number name description state done total problem';

/** Gives all of them, as they are when there is nothing more to wait for. */
export async function migrate(
  client: Client,
  action: MigrateAction,
  { progress, signal }: MigrateCommand,
): Promise<readonly MigrationLine[]> {
  if (action.kind === 'plan') return list(client);
  const [mutation, type] =
    action.kind === 'run'
      ? ['runMigrations', 'RunMigrationsInput']
      : ['revertMigrations', 'RevertMigrationsInput'];
  await client.run(
    `mutation CommandLineMigrate($input: ${type}!) { ${mutation}(input: $input) { migrations { number } } }`,
    { input: action.to === undefined ? {} : { to: action.to } },
  );
  const goesOn = 'The server goes on; "trellis migrate --status" tells how far it is.';
  return orSayWhatGoesOn(signal, goesOn, () => settled(client, { progress, signal }));
}

async function settled(
  client: Client,
  { progress, signal }: MigrateCommand,
): Promise<readonly MigrationLine[]> {
  const nextLook = createLooks(signal);
  try {
    for (;;) {
      const migrations = await list(client);
      const open = migrations.find(({ state }) => state === 'REQUESTED' || state === 'RUNNING');
      if (open === undefined) return migrations;
      progress.update(open.done, open.total, open.problem ?? `${open.number} ${open.name}`);
      await nextLook();
    }
  } finally {
    progress.stop();
  }
}

async function list(client: Client): Promise<readonly MigrationLine[]> {
  const { migrations } = await client.run<{ readonly migrations: readonly MigrationLine[] }>(
    `query CommandLineMigrations { migrations { ${FIELDS} } }`,
  );
  return migrations;
}

export function describeMigrations(migrations: readonly MigrationLine[]): string {
  const lines = migrations.map(({ number, name, description, state, done, total, problem }) => {
    const far = state === 'RUNNING' ? ` ${done} of ${total}` : '';
    return `${String(number).padStart(4, '0')}  ${`${state}${far}`.padEnd(10)} ${name}: ${problem ?? description}`;
  });
  return lines.join('\n');
}
