/**
 * The Neo4j of tests, made ready once for all runs: its launcher compiled, a data folder as it is after the first start,
 * and an archive of the classes that a server loads. Servers that start on a copy of the folder and on the archive take a
 * sixth of the processor time.
 */

import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { runRaw } from './bolt-graph.ts';
import { freePort } from './free-port.ts';
import { librariesOf } from './maven.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

export interface BoltServer {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

export interface RunningNeo4j extends BoltServer, ServerProcess {}

const FOLDER = join(import.meta.dirname, 'neo4j');
const LAUNCHER = join(FOLDER, 'Launcher.java');
/** `javac` and `jar`, which are not on every PATH that has `java`. */
const COMPILER = 'jdk.compiler/com.sun.tools.javac.Main';
const PACKER = 'jdk.jartool/sun.tools.jar.Main';
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
/** What a server has loaded once it has answered these is in the archive. */
const LESSONS = [
  'CREATE INDEX taught IF NOT EXISTS FOR (n:Taught) ON (n.id)',
  'UNWIND $rows AS r MERGE (n:Taught {id: r.id}) SET n += r.props RETURN count(n) AS count',
  'UNWIND $rows AS r MATCH (a:Taught {id: r.id}) MATCH (b:Taught {id: r.to}) MERGE (a)-[e:LEADS_TO]->(b) SET e += r.props',
  'MATCH (n:Taught) WHERE n.id > $before RETURN n.id AS id, properties(n) AS props ORDER BY n.id LIMIT 10',
  `MATCH (a:Taught)-[:LEADS_TO*1..2]-(b:Taught) WHERE a.id IN $ids OPTIONAL MATCH (b)-[e]->(:Taught)
   WITH a, b, count(e) AS count ORDER BY count DESC WITH a, collect(b.id) AS near RETURN a.id AS id, near[0..5] AS near`,
  'MATCH (n:Taught) WITH n LIMIT 10 DETACH DELETE n RETURN count(*) AS count',
];
const LESSON = {
  rows: [
    { id: 'one', to: 'two', props: { text: 'one', list: ['a'], number: 1.5 } },
    { id: 'two', to: 'one', props: { text: 'two', list: ['b'], number: 2 } },
  ],
  ids: ['one', 'two'],
  before: '',
};

interface Neo4jProgram {
  /** What `java` is called with, before the arguments of the launcher. */
  readonly command: readonly string[];
  readonly password: string;
  /** A folder to copy, in which a server can start. */
  readonly folder: string;
}

let ready: Promise<Neo4jProgram> | undefined;

export function neo4jProgram(): Promise<Neo4jProgram> {
  ready ??= prepare();
  return ready;
}

async function prepare(): Promise<Neo4jProgram> {
  const libraries = await librariesOf(FOLDER);
  const files = [LAUNCHER, join(FOLDER, 'pom.xml'), import.meta.filename];
  const place = join(FOLDER, 'target', `program-${await versionOf(files)}`);
  if (!existsSync(place)) await make(place, libraries);
  const untaught = {
    command: commandOf(place, libraries),
    password: await readFile(join(place, 'password'), 'utf8'),
    folder: join(place, 'folder'),
  };
  const archive = join(place, 'classes.jsa');
  if (!existsSync(archive))
    await teach(archive, untaught).catch((error: unknown) =>
      console.warn('There is no archive of classes, so each Neo4j takes longer to start.', error),
    );
  // Java goes on without one that it cannot read.
  return { ...untaught, command: [`-XX:SharedArchiveFile=${archive}`, ...untaught.command] };
}

/** It appears all at once or not at all; of two who make it at the same time, the first counts. */
async function make(place: string, libraries: string): Promise<void> {
  await mkdir(join(FOLDER, 'target'), { recursive: true });
  const draft = await mkdtemp(join(FOLDER, 'target', 'draft-'));
  const password = randomBytes(12).toString('hex');
  await writeFile(join(draft, 'password'), password);
  const classes = join(draft, 'classes');
  await execute('java', ['-cp', libraries, '-m', COMPILER, '-d', classes, LAUNCHER]);
  // Java archives no classes that lie in a folder.
  await execute('java', [
    '-m',
    PACKER,
    '--create',
    '--file',
    join(draft, 'launcher.jar'),
    '-C',
    classes,
    '.',
  ]);
  await execute('java', [...commandOf(draft, libraries), join(draft, 'folder'), password]);
  await rename(draft, place).catch(async (error: unknown) => {
    if (!existsSync(place)) throw error;
    await rm(draft, { recursive: true });
  });
}

/** The archive names the files that classes came from, so that it is made where they stay. */
async function teach(archive: string, program: Neo4jProgram): Promise<void> {
  const draft = await mkdtemp(`${archive}-`);
  const made = join(draft, 'classes.jsa');
  const command = [`-XX:ArchiveClassesAtExit=${made}`, ...program.command];
  const server = await serve({ ...program, command });
  try {
    for (const lesson of LESSONS) await runRaw(server, lesson, LESSON);
    await server.endInput();
    await rename(made, archive);
  } finally {
    await server.close();
    await rm(draft, { recursive: true, force: true });
  }
}

export async function serve({ command, password, folder: filled }: Neo4jProgram): Promise<RunningNeo4j> {
  const port = await freePort();
  const url = `bolt://127.0.0.1:${port}`;
  const server = await startServerProcess('neo4j', async (folder) => {
    await cp(filled, folder, { recursive: true });
    return {
      program: 'java',
      given: [...command, folder, '--serve', String(port)],
      isReady: (said) => said.includes(`${url}\n`),
    };
  });
  return { ...server, url, user: 'neo4j', password };
}

function commandOf(place: string, libraries: string): readonly string[] {
  return [...FLAGS, '-cp', [join(place, 'launcher.jar'), libraries].join(delimiter), 'Launcher'];
}

async function versionOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}
