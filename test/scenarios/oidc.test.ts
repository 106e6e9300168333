/** Callers with a token of an issuer outside, through the gateway, as a client meets them. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AUDIENCE, type OidcIssuer, startOidcIssuer } from '../servers/oidc-issuer.ts';
import { type Answer, type Data, type Scenario, startScenario } from './harness.ts';

const VIEWER = '{ viewer { subject tenant scopes issuer collections apiKey { id } user { id } } }';
const COLLECTION =
  'mutation ($name: String!) { createCollection(input: { name: $name }) { collection { name } } }';
const LOG =
  'query ($filter: AuditFilter) { auditLog(filter: $filter, first: 100) { nodes { actor apiKey action targets outcome code detail } } }';

let idp: OidcIssuer;
let trellis: Scenario;
beforeAll(async () => {
  idp = await startOidcIssuer();
  const issuers = [
    {
      issuer: idp.issuer,
      audience: AUDIENCE,
      tenant: { claim: 'org', allowed: ['globex', 'initech'] },
      scopes: { claim: 'scope', map: { 'kb.read': ['documents:read', 'graph:read', 'retrieval:read'] } },
      roles: { claim: 'groups', map: { editors: 'editor', admins: 'administrator' } },
    },
  ];
  trellis = await startScenario({ settings: { TRELLIS_OIDC_ISSUERS: JSON.stringify(issuers) } });
});
afterAll(() => Promise.all([trellis?.close(), idp?.close()]));

const token = (org: string, claims: Data = {}) => idp.token({ scope: 'kb.read', claims: { org, ...claims } });
const codes = ({ status, errors }: Answer) => [status, ...errors.map(({ extensions }) => extensions.code)];
const outsider = () => `${idp.issuer}|ada`;

describe('a caller with a token of an issuer outside', () => {
  test('is who the issuer says, in the tenant that it may give', async () => {
    expect((await trellis.run(VIEWER, {}, await token('globex'))).data.viewer).toEqual({
      subject: outsider(),
      tenant: 'globex',
      scopes: ['documents:read', 'graph:read', 'retrieval:read'],
      issuer: idp.issuer,
      collections: null,
      apiKey: null,
      user: null,
    });
    expect((await trellis.run(VIEWER)).data.viewer).toMatchObject({ subject: 'tester', issuer: null });
  });

  test('does what its scopes say, and sees no other tenant', async () => {
    const editor = await token('globex', { groups: ['editors'] });
    const { job } = await trellis.ingest(
      'papers',
      [{ key: 'a', title: 'Engines', content: 'Ada Lovelace wrote about the engine.' }],
      editor,
    );
    expect(job.state).toBe('SUCCEEDED');
    const titles = async (bearer: string) =>
      (await trellis.run('{ documents { nodes { title } } }', {}, bearer)).data.documents.nodes;
    expect(await titles(await token('globex'))).toEqual([{ title: 'Engines' }]);
    expect(await titles(await token('initech'))).toEqual([]);
    expect(codes(await trellis.run(COLLECTION, { name: 'no' }, await token('globex')))).toEqual([
      200,
      'FORBIDDEN',
    ]);
  });

  test('is in the audit log by issuer and subject', async () => {
    const admin = await token('initech', { groups: ['admins', 'editors'] });
    await trellis.run(COLLECTION, { name: 'mine' }, admin);
    const { data } = await trellis.run(LOG, { filter: { actor: outsider() } }, admin);
    expect(data.auditLog.nodes).toEqual([
      {
        actor: outsider(),
        apiKey: null,
        action: 'Mutation.createCollection',
        targets: ['mine'],
        outcome: 'DONE',
        code: null,
        detail: null,
      },
    ]);
  });

  test('cannot be of a tenant that its issuer may not give, and least of all of the operators’', async () => {
    for (const org of ['acme', 'umbrella'])
      expect(codes(await trellis.run(VIEWER, {}, await token(org)))).toEqual([401, 'UNAUTHENTICATED']);
    await expect
      .poll(
        async () =>
          (await trellis.run(LOG, { filter: { action: 'authenticate', actor: outsider() } })).data.auditLog
            .nodes,
      )
      .toContainEqual(
        expect.objectContaining({
          outcome: 'REFUSED',
          code: 'UNAUTHENTICATED',
          detail: expect.stringContaining(`The token of ${idp.issuer} names no tenant`),
        }),
      );
    const administrator = await token('globex', { groups: ['admins'] });
    const ofOperators = '{ signingKeys { state } }';
    expect(codes(await trellis.run(ofOperators))).toEqual([200]);
    expect(codes(await trellis.run(ofOperators, {}, administrator))).toEqual([200, 'FORBIDDEN']);
  });

  test('is refused where the token is for somebody else, or nobody’s', async () => {
    const elsewhere = await idp.token({ audience: 'https://elsewhere.example', claims: { org: 'globex' } });
    const [head, body] = (await token('globex')).split('.');
    for (const bearer of [elsewhere, `${head}.${body}.`, `${head}.${body}.AAAA`])
      expect(codes(await trellis.run(VIEWER, {}, bearer))).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('may upload as well', async () => {
    const response = await fetch(`${trellis.app.url()}/ingest?collection=files`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await token('globex', { groups: 'editors' })}`,
        'content-type': 'text/plain',
      },
      body: 'Charles Babbage built an engine.',
    });
    expect(response.status).toBe(202);
  });

  test('is served on while the issuer is away, by keys that are known, and again once it signs by others', async () => {
    const known = await token('globex');
    expect(codes(await trellis.run(VIEWER, {}, known))).toEqual([200]);
    const later = await token('initech');
    await idp.rotate();
    const unknown = await token('globex');
    await idp.away();
    for (const bearer of [known, later]) expect(codes(await trellis.run(VIEWER, {}, bearer))).toEqual([200]);
    // A key that was not seen is asked for once the last look is long enough ago.
    await expect
      .poll(async () => codes(await trellis.run(VIEWER, {}, unknown)), { interval: 250 })
      .toEqual([503, 'UNAVAILABLE']);
    const { errors } = await trellis.run(VIEWER, {}, unknown);
    expect(errors[0].extensions.retryAfterMs).toBeGreaterThan(0);
    await idp.back();
    await expect
      .poll(async () => codes(await trellis.run(VIEWER, {}, unknown)), { interval: 250 })
      .toEqual([200]);
  });
});
