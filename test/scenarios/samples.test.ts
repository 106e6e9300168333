/** The sample collection is what a newcomer asks about first: every question in it must be answerable, and is asked. */

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import questions from '../../samples/questions.json' with { type: 'json' };
import { type Data, type Scenario, sampleDocuments, startScenario } from './harness.ts';

const FOLDER = new URL('../../samples/documents/', import.meta.url);
/** Of 41 documents, so that chance finds one in eight. */
const FIRST = 5;

const SEARCH = `query ($question: String!, $first: Int!) {
  search(query: $question, first: $first) { degraded { arm } hits { chunk { document { key } } } }
}`;

describe('the sample collection', () => {
  let trellis: Scenario;

  beforeAll(async () => {
    trellis = await startScenario();
    const { job, rejected } = await trellis.ingest('samples', await sampleDocuments());
    expect({ state: job.state, failures: job.failures, rejected }).toEqual({
      state: 'SUCCEEDED',
      failures: [],
      rejected: [],
    });
  });
  afterAll(() => trellis?.close());

  const found = async (question: string) => {
    const { data, errors } = await trellis.run(SEARCH, { question, first: FIRST });
    expect({ errors, degraded: data.search.degraded }).toEqual({ errors: [], degraded: [] });
    return data.search.hits.map((hit: Data) => hit.chunk.document.key);
  };

  test('has thirty documents or more, and asks for two of them or more at a time', async () => {
    expect((await sampleDocuments()).length).toBeGreaterThanOrEqual(30);
    for (const { documents } of questions) expect(new Set(documents).size).toBeGreaterThanOrEqual(2);
  });

  test.each(questions)('says the answer to “$question”', async ({ answer, documents }) => {
    const texts = await Promise.all(documents.map((name) => readFile(new URL(name, FOLDER), 'utf8')));
    // The answer is where the last hop leads, and not where the question starts.
    expect(texts.at(-1)).toContain(answer);
    expect(texts[0]).not.toContain(answer);
  });

  test.each(questions)('gives every document that “$question” needs', async ({ question, documents }) => {
    expect(await found(question)).toEqual(expect.arrayContaining(documents));
  });
});
