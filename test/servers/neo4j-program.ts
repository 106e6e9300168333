/**
 * The Neo4j of tests, made ready once for all runs: its launcher compiled, and a data folder as it is after the first
 * start. A server that starts on a copy of that folder takes a third of the processor time.
 */

import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { librariesOf } from './maven.ts';

const FOLDER = join(import.meta.dirname, 'neo4j');
const LAUNCHER = join(FOLDER, 'Launcher.java');
/** `javac`, which is not on every PATH that has `java`. */
const COMPILER = 'jdk.compiler/com.sun.tools.javac.Main';
const execute = promisify(execFile);
/**
 * Made to start and not to last: no collector for many cores, no second compiler, and what Maven Central gave is taken
 * for sound byte code.
 */
const FLAGS = [
  '-Xmx448m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:+UnlockDiagnosticVMOptions',
  '-XX:-BytecodeVerificationRemote',
];

export interface Neo4jProgram {
  /** What `java` is called with, before the arguments of the launcher. */
  readonly command: readonly string[];
  readonly password: string;
  /** Fills an empty folder, in which a server can start. */
  fill(folder: string): Promise<void>;
}

let ready: Promise<Neo4jProgram> | undefined;

export function neo4jProgram(): Promise<Neo4jProgram> {
  ready ??= prepare();
  return ready;
}

async function prepare(): Promise<Neo4jProgram> {
  const libraries = await librariesOf(FOLDER);
  const place = join(FOLDER, 'target', `program-${await versionOf([LAUNCHER, join(FOLDER, 'pom.xml')])}`);
  if (!existsSync(place)) await make(place, libraries);
  return {
    command: commandOf(place, libraries),
    password: await readFile(join(place, 'password'), 'utf8'),
    fill: (folder) => cp(join(place, 'folder'), folder, { recursive: true }),
  };
}

/** It appears all at once or not at all; of two who make it at the same time, the first counts. */
async function make(place: string, libraries: string): Promise<void> {
  await mkdir(join(FOLDER, 'target'), { recursive: true });
  const draft = await mkdtemp(join(FOLDER, 'target', 'draft-'));
  const password = randomBytes(12).toString('hex');
  await writeFile(join(draft, 'password'), password);
  await execute('java', ['-cp', libraries, '-m', COMPILER, '-d', draft, LAUNCHER]);
  await execute('java', [...commandOf(draft, libraries), join(draft, 'folder'), password]);
  await rename(draft, place).catch(async (error: unknown) => {
    if (!existsSync(place)) throw error;
    await rm(draft, { recursive: true });
  });
}

function commandOf(place: string, libraries: string): readonly string[] {
  return [...FLAGS, '-cp', [place, libraries].join(delimiter), 'Launcher'];
}

async function versionOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}
