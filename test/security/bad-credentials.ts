/** Credentials that nothing may come of, made with the installation's own keys wherever that brings them closer. */

import { UnsecuredJWT } from 'jose';
import type { Principal } from '../../model/principal.ts';
import { makeApiKey } from '../../platform/auth/api-key.ts';
import { CLIENT_AUDIENCE, ISSUER, subgraphAudience } from '../../platform/auth/token-authority.ts';
import { openAuthority } from '../subgraphs/harness.ts';
import { EVERY_SCOPE, type Installation, OPERATORS } from './installation.ts';

type Headers = Readonly<Record<string, string>>;

/** Whom every bad credential claims to be: an operator who may do everything. */
const MIGHTY: Principal = {
  subject: 'mallory',
  tenant: OPERATORS,
  scopes: EVERY_SCOPE,
  isOperator: true,
  isGateway: true,
};

const LONG_AGO_MS = 3_600_000;

const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

/** What a client may send to the gateway. */
export async function badAtGateway(at: Installation): Promise<ReadonlyMap<string, Headers>> {
  const good = await at.token();
  const yesterday = await at.at(Date.now() - LONG_AGO_MS);
  const elsewhere = await openAuthority();
  const request = { principal: MIGHTY, audience: CLIENT_AUDIENCE, lifetimeSeconds: 600 };
  return new Map<string, Headers>([
    ['an expired token', bearer(await yesterday.issue(request))],
    ['a token for a subgraph', bearer(await at.authority.issueFor(MIGHTY, 'admin'))],
    ['a token for nobody', bearer(await at.authority.issue({ ...request, audience: 'trellis2' }))],
    ['an unsigned token', bearer(unsigned(CLIENT_AUDIENCE))],
    ['a token of another installation', bearer(await elsewhere.issue(request))],
    ['a token with another’s signature', bearer(crossed(good, await elsewhere.issue(request)))],
    ['a token with other claims', bearer(claiming(good, { tenant: OPERATORS, scope: 'admin:*' }))],
    ['an API key that nobody made', { 'x-api-key': makeApiKey('LIVE') }],
    ['an API key that was revoked', { 'x-api-key': await revokedKey(at) }],
    ['an API key beside a token', { ...bearer(good), 'x-api-key': makeApiKey('LIVE') }],
    ['a password', { authorization: 'Basic YWRtaW46YWRtaW4=' }],
  ]);
}

/** What somebody who reaches a subgraph's port may send to it. */
export async function badAtSubgraph(at: Installation, name: string): Promise<ReadonlyMap<string, Headers>> {
  const client = await at.token({ tenant: OPERATORS });
  const audience = subgraphAudience(name);
  const good = await at.authority.issueFor(MIGHTY, name);
  const earlier = await at.at(Date.now() - LONG_AGO_MS);
  const elsewhere = await openAuthority();
  const other = name === 'admin' ? 'documents' : 'admin';
  return new Map<string, Headers>([
    ['nothing', {}],
    ['a client’s token', bearer(client)],
    ['an expired token of the gateway', bearer(await earlier.issueFor(MIGHTY, name))],
    ['a token of the gateway for another subgraph', bearer(await at.authority.issueFor(MIGHTY, other))],
    ['a token of another installation’s gateway', bearer(await elsewhere.issueFor(MIGHTY, name))],
    ['a token of the gateway with another’s signature', bearer(crossed(good, client))],
    ['a token of the gateway with other claims', bearer(claiming(good, { tenant: 'acme' }))],
    ['an unsigned token', bearer(unsigned(audience))],
    [
      'a token that lives too long',
      bearer(await at.authority.issue({ principal: MIGHTY, audience, lifetimeSeconds: 3_600 })),
    ],
    ['an API key', { 'x-api-key': makeApiKey('LIVE') }],
  ]);
}

function unsigned(audience: string): string {
  return new UnsecuredJWT({ tenant: OPERATORS, scope: 'admin:*', operator: true, gateway: true })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setSubject('mallory')
    .setIssuedAt()
    .setExpirationTime('1m')
    .encode();
}

/** What one token says, signed by what signed the other. */
function crossed(said: string, signed: string): string {
  return [...said.split('.').slice(0, 2), signed.split('.')[2]].join('.');
}

/** Changed behind the back of its signature. */
function claiming(token: string, claims: Readonly<Record<string, string>>): string {
  const [header, body = '', signature] = token.split('.');
  const said = JSON.parse(Buffer.from(body, 'base64url').toString());
  return [header, Buffer.from(JSON.stringify({ ...said, ...claims })).toString('base64url'), signature].join(
    '.',
  );
}

/** Of an operator, who may then do nothing with it. */
async function revokedKey(at: Installation): Promise<string> {
  const token = await at.token({ tenant: OPERATORS });
  const made = await at.ask(
    'mutation { createApiKey(input: { name: "gone", scopes: ["admin:*"] }) { secret key { id } } }',
    { token },
  );
  const { secret, key } = made.body.data.createApiKey;
  await at.ask('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { key { state } } }', {
    token,
    variables: { id: key.id },
  });
  return secret;
}
