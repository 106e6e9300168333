import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Scope } from '../../model/principal.ts';
import { type Scenario, startScenario, TRANSPORTS } from './harness.ts';

const REVEAL = `mutation ($document: ID!, $pseudonyms: [String!]!) { revealPseudonyms(input: {
  document: $document, pseudonyms: $pseudonyms, reason: "complaint 12" }) { revealed { pseudonym kind value } } }`;
const POLICY = `mutation ($action: PersonalDataAction!) { setPrivacyPolicy(input: {
  collection: "mail", otherwise: $action }) { policy { collection } } }`;
const GENERALISE = `mutation ($how: GeneralisationInput) { setPrivacyPolicy(input: {
  collection: "staff", otherwise: GENERALISE, generalisation: $how }) {
  policy { generalisation { birthDate ageBandYears ageMax postcodeDigits } rules { kind action } } } }`;
const DESTROY =
  'mutation ($sentence: String!) { destroyPseudonymKey(input: { confirmation: $sentence }) { destroyed } }';
const READING: readonly Scope[] = ['documents:read', 'graph:read', 'retrieval:read'];

describe.each(TRANSPORTS)('personal data, with subgraphs over %s', (transport) => {
  let trellis: Scenario;
  let pseudonym = '';
  let document = '';
  beforeAll(async () => {
    trellis = await startScenario({ transport });
    await trellis.ingest('mail', [{ key: 'a', content: 'Wilhelmina Quastenberg grows roses.' }]);
  });
  afterAll(() => trellis?.close());

  const found = async (query: string) => {
    const { data } = await trellis.run(
      'query ($q: String!) { search(query: $q, arms: [KEYWORD]) { hits { chunk { text document { id } } } } }',
      { q: query },
    );
    return data.search.hits.map(({ chunk }: { readonly chunk: { readonly text: string } }) => chunk);
  };
  const treated = async (token?: string) => {
    const begun = await trellis.run(
      'mutation { applyPrivacyPolicy(input: { collection: "mail" }) { treatment { id state } } }',
      {},
      token,
    );
    expect(begun.errors).toEqual([]);
    const { id } = begun.data.applyPrivacyPolicy.treatment;
    return vi.waitFor(
      async () => {
        const { data } = await trellis.run(
          '{ privacyTreatments { id state documents treated unchanged held failed finishedAt untreated { code hold documentId message } } }',
        );
        const [last] = data.privacyTreatments;
        expect(last).toMatchObject({ id, finishedAt: expect.any(String) });
        return last;
      },
      { timeout: 50_000, interval: 100 },
    );
  };
  const ask = async (query: string, variables: object, scopes: readonly Scope[], tenant?: string) => {
    const token = await trellis.token({ scopes, ...(tenant === undefined ? {} : { tenant }) });
    const { data, errors } = await trellis.run(query, { ...variables }, token);
    return errors[0]?.extensions.code ?? data;
  };
  /** Of the log as it is once it has so many entries of the action: refusals come into it a little later. */
  const logged = (action: string, count: number) =>
    vi.waitFor(async () => {
      const query = '{ auditLog(first: 50) { nodes { action outcome code targets detail } } }';
      const { data } = await trellis.run(query);
      const entries: readonly { readonly action: string; readonly outcome: string }[] = data.auditLog.nodes;
      expect(JSON.stringify(entries)).not.toMatch(/quastenberg/i);
      const found = entries.filter((entry) => entry.action === action);
      expect(found).toHaveLength(count);
      return found.toSorted((one, other) => one.outcome.localeCompare(other.outcome));
    }, 20_000);

  test('a policy is applied to what is there, by who administers data', async () => {
    expect((await trellis.run(POLICY, { action: 'PSEUDONYMISE' })).errors).toEqual([]);
    const apply = 'mutation { applyPrivacyPolicy(input: {}) { treatment { id } } }';
    expect(await ask(apply, {}, [...READING, 'privacy:reveal'])).toBe('FORBIDDEN');
    expect(await ask('{ privacyTreatments { id } }', {}, READING)).toBe('FORBIDDEN');
    expect(await treated(await trellis.token({ scopes: ['admin:data'] }))).toMatchObject({
      ...{ state: 'SUCCEEDED', documents: 1, treated: 1, unchanged: 0, held: 0, failed: 0 },
    });
    const [chunk] = await found('roses');
    pseudonym = /PERSON[a-z2-7]{16}/.exec(chunk.text)?.[0] ?? '';
    document = chunk.document.id;
    expect(chunk.text).toBe(`${pseudonym} grows roses.`);
    expect(await logged('Mutation.applyPrivacyPolicy', 2)).toMatchObject([
      { outcome: 'DONE' },
      { outcome: 'REFUSED' },
    ]);
    expect(await logged('privacy treatment', 1)).toMatchObject([
      { outcome: 'DONE', detail: expect.stringContaining('1 treated') },
    ]);
  });

  test('what stands behind is told to whoever may know, and the log says whom, why and of what', async () => {
    const asked = { document, pseudonyms: [pseudonym] };
    expect(await ask(REVEAL, asked, ['admin:*', ...READING])).toBe('FORBIDDEN');
    expect(await ask(REVEAL, asked, ['privacy:reveal'], 'globex')).toBe('NOT_FOUND');
    expect(await ask(REVEAL, asked, ['privacy:reveal'])).toEqual({
      revealPseudonyms: { revealed: [{ pseudonym, kind: 'PERSON', value: 'Wilhelmina Quastenberg' }] },
    });
    expect(await logged('Mutation.revealPseudonyms', 2)).toMatchObject([
      { outcome: 'DONE', targets: expect.arrayContaining([document, 'reason: complaint 12']) },
      { outcome: 'REFUSED', code: 'FORBIDDEN' },
    ]);
  });

  test('a policy says how exactly something is said, within limits, and otherwise as it is by default', async () => {
    const { data, errors } = await trellis.run(GENERALISE, { how: { birthDate: 'DECADE', ageMax: null } });
    expect(errors).toEqual([]);
    const { generalisation, rules } = data.setPrivacyPolicy.policy;
    expect(generalisation).toEqual({
      ...{ birthDate: 'DECADE', ageBandYears: 10, ageMax: 89, postcodeDigits: 2 },
    });
    expect(rules).toContainEqual({ kind: 'AGE', action: 'GENERALISE' });
    expect(await ask(GENERALISE, { how: { postcodeDigits: 4 } }, ['admin:data'])).toBe('BAD_INPUT');
    await trellis.ingest('staff', [{ key: 's', content: 'The welder is 34 years old and likes tulips.' }]);
    expect(await found('tulips')).toMatchObject([
      { text: 'The welder is 30–39 years old and likes tulips.' },
    ]);
  });

  test('once the key is destroyed nothing reveals, neither by asking nor by a policy that keeps everything', async () => {
    const sentence = 'destroy the key of acme for good';
    expect(await ask(DESTROY, { sentence }, [...READING, 'privacy:reveal'])).toBe('FORBIDDEN');
    expect(await ask(DESTROY, { sentence: 'yes' }, ['admin:data'])).toBe('BAD_INPUT');
    expect(await ask(DESTROY, { sentence }, ['admin:data'], 'globex')).toBe('BAD_INPUT');
    const asked = { document, pseudonyms: [pseudonym] };
    expect(await ask(REVEAL, asked, ['privacy:reveal'])).toMatchObject({ revealPseudonyms: {} });
    expect(await ask(DESTROY, { sentence }, ['admin:data'])).toEqual({
      destroyPseudonymKey: { destroyed: [expect.any(String)] },
    });
    expect(await ask(REVEAL, asked, ['privacy:reveal'])).toBe('CONFLICT');
    expect((await trellis.run(POLICY, { action: 'KEEP' })).errors).toEqual([]);
    expect(await treated()).toMatchObject({
      ...{ state: 'PARTIAL', treated: 0, failed: 1 },
      untreated: [{ documentId: document, code: 'CONFLICT', message: expect.stringContaining('destroyed') }],
    });
    expect(await found('Wilhelmina Quastenberg')).toEqual([]);
    expect(await found('roses')).toMatchObject([{ text: `${pseudonym} grows roses.` }]);
    expect(await logged('Mutation.destroyPseudonymKey', 3)).toMatchObject([
      { outcome: 'DONE' },
      { outcome: 'FAILED' },
      { outcome: 'REFUSED' },
    ]);
  });
});
