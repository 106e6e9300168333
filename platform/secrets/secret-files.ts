/** Settings that are given as files, as Docker and Kubernetes give secrets: `TRELLIS_LLM_API_KEY_FILE=/run/secrets/key`. */

import { readFile, stat } from 'node:fs/promises';
import { type Environment, FILE_NAMES, SECRET_NAMES } from '../config.ts';
import { type FieldError, Problem } from '../errors.ts';

/** No secret is longer, in bytes. */
const BYTES_MAX = 1_000_000;

export interface FilesRead {
  /** By the setting's name in the environment; only those that could be read. */
  readonly values: ReadonlyMap<string, string>;
  readonly errors: readonly FieldError[];
  /** What is not as it should be, though it can be read. */
  readonly warnings: readonly string[];
}

/** Reads every file that the environment names, anew. Never rejects. */
export async function readSecretFiles(environment: Environment): Promise<FilesRead> {
  const read = await Promise.all(FILE_NAMES.map((name) => readOne(environment, name)));
  const given = read.filter((one) => one !== null);
  return {
    values: new Map(
      given.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
    ),
    errors: given.flatMap(({ name, error }) =>
      error === undefined ? [] : [{ field: name, message: error }],
    ),
    warnings: given.flatMap(({ warning }) => warning ?? []),
  };
}

interface One {
  readonly name: string;
  readonly value?: string;
  readonly error?: string;
  readonly warning?: string;
}

async function readOne(environment: Environment, setting: (typeof FILE_NAMES)[number]): Promise<One | null> {
  const name = `TRELLIS_${setting}`;
  const path = environment[`${name}_FILE`];
  if (!path) return null;
  if (environment[name]) return { name, error: `is given twice: as it is, and as ${name}_FILE. Keep one` };
  try {
    const { mode, size } = await stat(path);
    if (size > BYTES_MAX)
      return { name, error: `is given as a file of more than ${BYTES_MAX} bytes, ${path}` };
    // The line's end is the editor's, not the secret's.
    const value = (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
    if (value === '') return { name, error: `is given as a file that is empty, ${path}` };
    const isSecret = (SECRET_NAMES as readonly string[]).includes(setting);
    return { name, value, ...(isSecret && isOpen(mode) ? { warning: openFile(name, path, mode) } : {}) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { name, error: `is given as a file that cannot be read (${code}), ${path}` };
  }
}

function isOpen(mode: number): boolean {
  return process.platform !== 'win32' && (mode & 0o004) !== 0;
}

function openFile(name: string, path: string, mode: number): string {
  return `Everybody on this machine may read ${path}, which ${name}_FILE names (mode ${(mode & 0o777).toString(8)}). Run "chmod o-r" on it, or set the mode of the mounted secret to 0440.`;
}

/** Throws BAD_INPUT where a file is not there as it should be. */
export function requireFiles({ errors }: FilesRead): void {
  if (errors.length > 0) throw new Problem('BAD_INPUT', 'The configuration is not valid.', { errors });
}
