import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { joinDetectors } from '../../../text/detectors/joined.ts';
import { createPresidioDetector } from '../../../text/detectors/presidio.ts';
import { createRulesDetector } from '../../../text/detectors/rules.ts';

const PYTHON = process.env.PRESIDIO_PYTHON ?? 'python3';
const MODEL = process.env.SPACY_MODEL ?? 'en_core_web_sm';
const installed =
  spawnSync(PYTHON, [
    '-c',
    `import importlib.util as u; assert all(u.find_spec(name) for name in ['presidio_analyzer', '${MODEL}'])`,
  ]).status === 0;

// Skipped where Presidio and a spaCy model are not installed: test/servers/presidio_server.py says what it needs.
// PRESIDIO_PYTHON chooses the interpreter that has them, SPACY_MODEL the model.
describe.skipIf(!installed)('a real Presidio', () => {
  let server: ChildProcess;
  let url = '';

  beforeAll(async () => {
    server = spawn(PYTHON, [join(import.meta.dirname, '../../servers/presidio_server.py')], {
      env: { ...process.env, SPACY_MODEL: MODEL },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    if (server.stdout === null) throw new Error('the server has no output');
    url = String((await once(server.stdout, 'data'))[0]).trim();
  }, 120_000);
  afterAll(async () => {
    server.stdin?.end();
    await once(server, 'exit');
  });

  test('finds personal data in several texts, and only those have it', { timeout: 60_000 }, async () => {
    const detector = createPresidioDetector({ url });
    const texts = ['Write to anna.schmidt@example.com, Anna Schmidt said.', '', 'The sky is blue.'];
    const found = await detector.detect(texts);
    expect(
      found.map((ofText, at) =>
        ofText.map(({ kind, start, end }) => `${kind} ${texts[at]?.slice(start, end)}`),
      ),
    ).toEqual([['EMAIL anna.schmidt@example.com', 'PERSON Anna Schmidt'], [], []]);
    await detector.close();
  });

  test('beside the rules finds what either finds', { timeout: 60_000 }, async () => {
    const detector = joinDetectors([createRulesDetector(), createPresidioDetector({ url })]);
    const text = 'Barack Obama was born on 4 August 1961.';
    const [found] = await detector.detect([text]);
    expect(found?.map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`)).toEqual([
      'PERSON Barack Obama',
      'DATE_OF_BIRTH 4 August 1961',
    ]);
    await detector.close();
  });
});

describe('the detector that asks a server', () => {
  let server: Server;
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  async function answering(answer: (body: { readonly text: readonly string[] }) => unknown, status = 200) {
    server = createServer(async (request, response) => {
      const body = (await json(request)) as { readonly text: readonly string[] };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer(body)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return createPresidioDetector({ url: `http://127.0.0.1:${port}`, firstRetryMs: 1, deadlineMs: 2_000 });
  }

  test('counts as JavaScript does what Python counts in code points', async () => {
    const text = '😀😀 Anna 😀';
    const detector = await answering(() => [[{ entity_type: 'PERSON', start: 3, end: 7, score: 0.85 }]]);
    expect(await detector.detect([text])).toEqual([
      [{ kind: 'PERSON', start: text.indexOf('Anna'), end: text.indexOf('Anna') + 4, confidence: 0.85 }],
    ]);
    await detector.close();
  });

  test('sends long texts in pieces and puts what it hears where it stands', async () => {
    const text = `${'word '.repeat(20_000)}Anna${' word'.repeat(20_000)}`;
    const detector = await answering(({ text: pieces }) =>
      pieces.map((piece) => {
        const start = piece.indexOf('Anna');
        return start < 0 ? [] : [{ entity_type: 'PERSON', start, end: start + 4, score: 0.85 }];
      }),
    );
    const [found] = await detector.detect([text]);
    expect(found?.map(({ start, end }) => text.slice(start, end))).toEqual(['Anna']);
    await detector.close();
  });

  test.each([
    ['no list', () => ({ found: [] }), 200],
    ['too few lists', () => [], 200],
    ['a failure', () => ({ error: 'no such language' }), 500],
  ])('is unavailable where it answers %s', async (_, answer, status) => {
    const detector = await answering(answer, status);
    await expect(detector.detect(['Anna'])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await detector.close();
  });
});
