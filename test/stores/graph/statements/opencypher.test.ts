import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, test } from 'vitest';
import { MEMGRAPH } from '../../../../stores/graph/bolt/memgraph.ts';
import { javaMissing, librariesOf } from '../../../servers/maven.ts';
import { SPOKEN } from './catalogue.ts';

const FOLDER = join(import.meta.dirname, '../../../servers/opencypher');
const missing = javaMissing();

/** What openCypher's own parser says of each text: `ok`, or what is wrong with it. */
async function parse(texts: readonly string[]): Promise<readonly string[]> {
  const parser = spawn(
    'java',
    // The parser's generator opens a class of Java's own.
    [
      '--add-opens=java.base/java.lang=ALL-UNNAMED',
      '-Xmx128m',
      '-cp',
      await librariesOf(FOLDER),
      'Parser.java',
    ],
    { cwd: FOLDER, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const exited = once(parser, 'exit');
  parser.stdin.end(texts.map((text) => `${text.replaceAll('\n', ' ')}\n`).join(''));
  const answers: string[] = [];
  for await (const line of createInterface(parser.stdout)) answers.push(line);
  await exited;
  return answers;
}

/** Memgraph takes openCypher's grammar with additions of its own, none of which Trellis speaks. */
describe.skipIf(missing)(`the Cypher we speak to Memgraph (${missing ?? 'parsed'})`, () => {
  const NOT_CYPHER = [
    'MATCH (n) RETURN COUNT { (n)<-[:MENTIONS]-() }',
    'MATCH (n RETURN n',
    'CREATE (n) SET n.x == 1',
  ];
  let answers: readonly string[] = [];
  beforeAll(async () => {
    answers = await parse([...SPOKEN.map(({ cypher }) => MEMGRAPH.toText(cypher)), ...NOT_CYPHER]);
  }, 600_000);

  test.each(SPOKEN.map(({ name }, at) => [name, at] as const))('%s is openCypher (%i)', (_, at) => {
    expect(answers[at]).toBe('ok');
  });

  test.each(NOT_CYPHER.map((text, at) => [text, at] as const))('the parser refuses %j', (_, at) => {
    expect(answers[SPOKEN.length + at]).toMatch(/\w/);
    expect(answers[SPOKEN.length + at]).not.toBe('ok');
  });
});
