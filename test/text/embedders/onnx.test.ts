import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { createOnnxEmbedder, type OnnxEmbedderOptions } from '../../../text/embedders/onnx.ts';

const TINY = join(import.meta.dirname, 'tiny-model');
/** A real model, exported to ONNX, for who has one at hand. */
const REAL = process.env.ONNX_MODEL_DIR;
const installed = await import('@huggingface/transformers').then(
  () => true,
  () => false,
);

/** A copy of the tiny model, to be changed. */
async function copyModel(): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'trellis-onnx-')), 'copy');
  await cp(TINY, folder, { recursive: true });
  return folder;
}

// @huggingface/transformers is an optional dependency: skipped where it was left out.
describe.skipIf(!installed)('the embedder of a local ONNX model', () => {
  const opened: { close(): Promise<void> }[] = [];
  const open = async (options: Partial<OnnxEmbedderOptions> = {}) => {
    const embedder = createOnnxEmbedder({ folder: TINY, ...options });
    opened.push(embedder);
    const identity = await embedder.open();
    return { embedder, identity };
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((embedder) => embedder.close()));
  });

  test('runs the model: one unit vector a text, of the model’s dimensions, in order', async () => {
    const { embedder, identity } = await open();
    expect(embedder.name).toBe('tiny-model (onnx)');
    expect(identity.dimensions).toBe(16);
    const [euler, turing, other, nothing] = await embedder.embed(
      ['Euler solved bridges', 'Turing broke Enigma', 'bridges solved EULER', ''],
      'passage',
    );
    for (const vector of [euler, turing, nothing]) expect(Math.hypot(...(vector ?? []))).toBeCloseTo(1, 5);
    // The mean of the words' vectors: their order and case do not matter to this model.
    expect(cosine(euler, other)).toBeCloseTo(1, 5);
    expect(cosine(euler, turing)).toBeLessThan(0.8);
  });

  test('gives a text the same vector alone and in company', async () => {
    const { embedder } = await open();
    const texts = Array.from({ length: 40 }, (_, at) => `Euler ${'solved '.repeat(at % 5)}bridges`);
    const together = await embedder.embed(texts, 'passage');
    const alone = await Promise.all(texts.map((text) => embedder.embed([text], 'passage')));
    expect(alone.flat()).toEqual(together);
  });

  test('reads a text as far as the model was trained for', async () => {
    const { embedder } = await open();
    const [cut, longer] = await embedder.embed(
      ['euler '.repeat(8), `${'euler '.repeat(8)}${'enigma '.repeat(5_000)}`],
      'passage',
    );
    expect(longer).toEqual(cut);
  });

  test('puts the prefix of its kind before each text', async () => {
    const { embedder } = await open({ queryPrefix: 'query: ', passagePrefix: 'passage: ' });
    const { embedder: plain } = await open();
    expect(await embedder.embed(['euler'], 'query')).toEqual(await plain.embed(['query: euler'], 'passage'));
    expect(await embedder.embed(['euler'], 'passage')).toEqual(
      await plain.embed(['passage: euler'], 'query'),
    );
  });

  test('has one fingerprint for one model wherever it lies, and another for another', async () => {
    const moved = await copyModel();
    const repooled = await copyModel();
    await writeFile(join(repooled, '1_Pooling', 'config.json'), '{"pooling_mode_cls_token": true}');
    const [here, there, other, prefixed] = await Promise.all([
      open(),
      open({ folder: moved }),
      open({ folder: repooled }),
      open({ queryPrefix: 'query: ' }),
    ]);
    expect(there.identity).toEqual(here.identity);
    expect(other.identity.fingerprint).not.toBe(here.identity.fingerprint);
    expect(prefixed.identity.fingerprint).not.toBe(here.identity.fingerprint);
  });

  test.each(['config.json', 'tokenizer.json', 'onnx/model.onnx'])('names a missing %s', async (missing) => {
    const folder = await copyModel();
    await rm(join(folder, missing));
    await expect(open({ folder })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(new RegExp(`TRELLIS_EMBEDDER_MODEL.*${missing.replace('onnx/', '')}`)),
    });
  });

  test('says that weights cannot be loaded', async () => {
    const folder = await copyModel();
    await writeFile(join(folder, 'onnx', 'model.onnx'), 'no weights');
    await expect(open({ folder })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/cannot be loaded/),
    });
  });

  test('lets go when the caller gives up', async () => {
    const { embedder } = await open();
    const caller = new AbortController();
    const embedding = embedder.embed(
      Array.from({ length: 500 }, () => 'euler'),
      'passage',
      caller.signal,
    );
    caller.abort();
    await expect(embedding).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await embedder.embed(['euler'], 'query')).toHaveLength(1);
  });

  test('answers UNAVAILABLE before it is opened and once it is closed', async () => {
    await expect(createOnnxEmbedder({ folder: TINY }).embed(['euler'], 'query')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    const { embedder } = await open();
    await embedder.close();
    await embedder.close();
    await expect(embedder.embed(['euler'], 'query')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('closes in the middle of its work without taking the process along', async () => {
    for (let times = 0; times < 5; times++) {
      const { embedder } = await open();
      const texts = Array.from({ length: 200 }, (_, at) => `Euler wrote ${at} letters to Königsberg.`);
      const leaving = new AbortController();
      const asked = embedder.embed(texts, 'passage', leaving.signal).catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, times));
      leaving.abort();
      await embedder.close();
      await asked;
    }
    const { embedder } = await open();
    expect(await embedder.embed(['euler'], 'query')).toHaveLength(1);
  });

  // Set ONNX_MODEL_DIR to the folder of a sentence embedding model to run it.
  test.skipIf(REAL === undefined)('finds meaning where a real model is given', async () => {
    const { embedder } = await open({ folder: REAL ?? '' });
    const [meal, food, paris] = await embedder.embed(
      ['Someone has a meal.', 'A man is eating food.', 'The capital of France is Paris.'],
      'passage',
    );
    expect(cosine(meal, food)).toBeGreaterThan(0.5);
    expect(cosine(meal, paris)).toBeLessThan(0.2);
  });
});

test('says which package to install where the ONNX runtime was left out', async () => {
  const withoutIt = `import { registerHooks } from 'node:module';
    registerHooks({ resolve: (name, context, next) => {
      if (name === '@huggingface/transformers') throw new Error('not installed');
      return next(name, context);
    } });`;
  const open = `import { createOnnxEmbedder } from '${join(import.meta.dirname, '../../../text/embedders/onnx.ts')}';
    await createOnnxEmbedder({ folder: '${TINY}' }).open().catch((error) => console.log(error.code, error.message));`;
  const script = join(await mkdtemp(join(tmpdir(), 'trellis-onnx-')), 'open.mjs');
  await writeFile(script, open);
  const hook = `data:text/javascript,${encodeURIComponent(withoutIt)}`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', hook, script]);
  expect(stdout).toMatch(/UNAVAILABLE .*@huggingface\/transformers.*npm install/);
});

function cosine(left: Float32Array | undefined, right: Float32Array | undefined): number {
  return left?.reduce((sum, value, at) => sum + value * (right?.[at] ?? 0), 0) ?? Number.NaN;
}
