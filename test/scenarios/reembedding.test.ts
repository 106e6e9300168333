/** Another embedder for an installation, as its operator goes about it: by configuration, mutations and what they say. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Scope } from '../../model/principal.ts';
import { type OpenAiServer, startOpenAiServer } from '../servers/openai-compatible.ts';
import { type Data, type Scenario, startScenario } from './harness.ts';

vi.setConfig({ testTimeout: 120_000 });

const FIELDS =
  'state done total refused problem from { fingerprint dimensions } to { fingerprint } switchedAt finishedAt';
const SEARCH = `query ($query: String!) {
  search(query: $query, first: 3) { hits { chunk { text } explanation { arms { arm share } } } degraded { arm reason } }
}`;

let server: OpenAiServer;
let trellis: Scenario;
const start = async () => {
  server = await startOpenAiServer();
  trellis = await startScenario();
};
const close = async () => {
  await trellis?.close();
  await server?.close();
};

const model = (name: string) => ({
  TRELLIS_EMBEDDER: 'openai',
  TRELLIS_EMBEDDER_URL: server.url,
  TRELLIS_EMBEDDER_MODEL: name,
});
const previous = (name: string) => ({
  TRELLIS_PREVIOUS_EMBEDDER: 'openai',
  TRELLIS_PREVIOUS_EMBEDDER_URL: server.url,
  TRELLIS_PREVIOUS_EMBEDDER_MODEL: name,
});
const mutate = async (name: string, token?: string): Promise<Data> => {
  const { data, errors } = await trellis.run(
    `mutation { ${name}(input: {}) { reembedding { ${FIELDS} } } }`,
    {},
    token,
  );
  return errors.length > 0
    ? { code: errors[0].extensions.code, message: errors[0].message }
    : data[name].reembedding;
};
const last = async (): Promise<Data> => (await trellis.run(`{ reembedding { ${FIELDS} } }`)).data.reembedding;
const reached = async (state: string) => {
  await expect.poll(async () => (await last())?.state, { timeout: 60_000, interval: 50 }).toBe(state);
  return last();
};
const search = async (query: string, token?: string): Promise<Data> => {
  const { data, errors } = await trellis.run(SEARCH, { query }, token);
  expect(errors).toEqual([]);
  return data.search;
};
const armsOf = ({ hits }: Data) =>
  new Set(hits.flatMap((hit: Data) => hit.explanation.arms.map(({ arm }: Data) => arm)));
const embedderHealth = async () => {
  const { data } = await trellis.run('{ health { components { name engine state detail } } }');
  return data.health.components.find(({ name }: Data) => name === 'embedder');
};

describe('from one embedder to another', () => {
  beforeEach(start);
  afterEach(close);

  test('an operator changes the embedder of all tenants while they go on, and keeps or drops either index', async () => {
    const rival = await trellis.token({ tenant: 'rival' });
    await trellis.ingest('notes', [
      { key: 'flowers', content: 'Tommy Flowers built Colossus at Dollis Hill.' },
    ]);
    await trellis.ingest('notes', [{ key: 'secret', content: 'Colossus belongs to the rival.' }], rival);
    expect(await last()).toBeNull();
    expect(await mutate('reembed')).toMatchObject({ code: 'CONFLICT' });

    await trellis.restart(model('one'));
    expect(await embedderHealth()).toMatchObject({
      state: 'DEGRADED',
      engine: 'lexical-v1',
      detail: expect.stringMatching(/lexical-v1.*one@.*reembed/),
    });
    const before = await search('Colossus');
    expect(armsOf(before)).toContain('DENSE');
    expect(before.degraded).toEqual([]);

    expect(await mutate('reembed')).toMatchObject({ state: 'RUNNING', total: 2, from: { dimensions: 256 } });
    expect(await reached('SWITCHED')).toMatchObject({
      done: 2,
      problem: null,
      to: { fingerprint: expect.stringMatching(/^openai:one@/) },
      switchedAt: expect.any(String),
      finishedAt: null,
    });
    expect(await embedderHealth()).toMatchObject({ state: 'UP', detail: null });
    await trellis.ingest('notes', [{ key: 'since', content: 'Max Newman led the section.' }]);
    for (const [query, token] of [['Colossus'], ['Max Newman'], ['Colossus', rival]] as const) {
      const found = await search(query, token);
      expect(armsOf(found)).toContain('DENSE');
      expect(found.degraded).toEqual([]);
      expect(found.hits.some((hit: Data) => hit.chunk.text.includes('rival'))).toBe(token === rival);
    }
    // A model that knows meaning counts more than spelling does.
    const shareOf = (result: Data) =>
      result.hits[0].explanation.arms.find(({ arm }: Data) => arm === 'DENSE').share;
    expect(shareOf(await search('Colossus', rival))).toBeGreaterThan(shareOf(before));

    expect(await mutate('revertReembedding')).toMatchObject({ state: 'REVERTING' });
    await reached('REVERTED');
    expect(armsOf(await search('Max Newman'))).toContain('DENSE');
    expect(await embedderHealth()).toMatchObject({ state: 'DEGRADED', engine: 'lexical-v1' });

    await mutate('reembed');
    await reached('SWITCHED');
    const another = await trellis.run(
      'mutation { confirmReembedding(input: { to: "openai:else" }) { reembedding { state } } }',
    );
    expect(another.errors[0]).toMatchObject({
      message: expect.stringMatching(/not for "openai:else"/),
      extensions: { code: 'CONFLICT' },
    });
    expect(await mutate('confirmReembedding')).toMatchObject({ state: 'CONFIRMING' });
    expect(await reached('CONFIRMED')).toMatchObject({ finishedAt: expect.any(String) });
    await trellis.restart();
    expect(await embedderHealth()).toMatchObject({ state: 'UP' });
    expect((await search('Max Newman')).degraded).toEqual([]);
  });

  test('from one model to another, searches by vectors go on where the previous one is named', async () => {
    await trellis.restart(model('one'));
    await trellis.ingest('notes', [{ key: 'flowers', content: 'Tommy Flowers built Colossus.' }]);
    await trellis.restart(model('two'));
    const without = await search('Colossus');
    expect(armsOf(without)).not.toContain('DENSE');
    expect(without.degraded).toEqual([
      { arm: 'DENSE', reason: expect.stringMatching(/one@.*reembed.*TRELLIS_PREVIOUS_EMBEDDER/) },
    ]);
    await trellis.restart(previous('one'));
    const named = await search('Colossus');
    expect(armsOf(named)).toContain('DENSE');
    expect(named.degraded).toEqual([]);
    await mutate('reembed');
    await reached('SWITCHED');
    expect(await mutate('revertReembedding')).toMatchObject({ state: 'REVERTING' });
    await reached('REVERTED');
  });
});

describe('whoever does not run the installation', () => {
  beforeAll(start);
  afterAll(close);

  test.each<readonly [string, { readonly tenant?: string; readonly scopes?: readonly Scope[] }]>([
    ['other scopes', { scopes: ['documents:write', 'admin:read', 'admin:keys'] }],
    ['no scopes', { scopes: [] }],
    ['every scope in a tenant that does not run the installation', { tenant: 'rival' }],
  ])('nobody with %s sees or does any of it', async (_, who) => {
    const token = await trellis.token(who);
    for (const operation of [
      '{ reembedding { state } }',
      ...['reembed', 'confirmReembedding', 'revertReembedding'].map(
        (name) => `mutation { ${name}(input: {}) { reembedding { state } } }`,
      ),
    ]) {
      const { errors } = await trellis.run(operation, {}, token);
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    }
    expect(await last()).toBeNull();
  });
});
