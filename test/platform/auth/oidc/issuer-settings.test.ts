import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../../platform/config.ts';
import { Problem } from '../../../../platform/errors.ts';

const ISSUER = { issuer: 'https://login.example/realms/acme', audience: 'trellis', tenant: 'acme' };

function complaints(issuers: unknown, more: Readonly<Record<string, string>> = {}): readonly string[] {
  const text = typeof issuers === 'string' ? issuers : JSON.stringify(issuers);
  try {
    readConfig({ TRELLIS_OIDC_ISSUERS: text, ...more });
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.errors.map(({ field, message }) => `${field} ${message}`);
  }
}

describe('issuers outside', () => {
  test('have defaults that are safe', () => {
    const [issuer] = readConfig({ TRELLIS_OIDC_ISSUERS: JSON.stringify([ISSUER]) }).OIDC_ISSUERS;
    expect(issuer).toMatchObject({
      audience: ['trellis'],
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      tenant: { fixed: 'acme' },
      clockSkewSeconds: 30,
      operator: false,
    });
    expect(issuer?.scopes).toBeUndefined();
  });

  test.each([
    ['not JSON', 'must be a list of issuers'],
    [{}, 'must be a list of issuers'],
    [[{ ...ISSUER, issuer: 'http://login.example' }], '0.issuer: must be an https address'],
    [[{ ...ISSUER, issuer: 'http://127.0.0.1.example' }], '0.issuer: must be an https address'],
    [[{ ...ISSUER, issuer: 'https://me:secret@login.example' }], '0.issuer: must be an https address'],
    [[{ ...ISSUER, issuer: 'https://login.example/|a' }], '0.issuer: must have no query'],
    [[{ ...ISSUER, jwksUrl: 'http://login.example/keys' }], '0.jwksUrl: must be an https address'],
    [[{ ...ISSUER, algorithms: ['HS256'] }], '0.algorithms.0: must be one of RS256'],
    [[{ ...ISSUER, algorithms: ['none'] }], '0.algorithms.0: must be one of RS256'],
    [[{ ...ISSUER, algorithms: [] }], '0.algorithms: '],
    [[{ ...ISSUER, audience: [] }], '0.audience: '],
    [[{ ...ISSUER, clockSkewSeconds: 301 }], '0.clockSkewSeconds: '],
    [[{ ...ISSUER, tenant: 'two words' }], '0.tenant: must be a tenant'],
    [[{ ...ISSUER, tenant: { claim: 'org' } }], '0.tenant: must be a tenant, or { claim, allowed }'],
    [[{ ...ISSUER, scopes: { claim: 'scope', map: { a: 'documents:eat' } } }], 'must be scopes of Trellis'],
    [[{ ...ISSUER, roles: { claim: 'roles', map: { a: 'emperor' } } }], 'must be roles among reader'],
    [[{ ...ISSUER, roles: { claim: 'roles', map: { a: 'operator' } } }], '0: gives "operator"'],
    [[{ ...ISSUER, scopes: { claim: 'scope', map: { a: 'admin:*' } } }], '0: gives "admin:*"'],
    [[{ ...ISSUER, operators: true }], 'Unrecognized key: "operators"'],
    [[ISSUER, ISSUER], 'has https://login.example/realms/acme twice'],
  ])('are refused at the start: %j', (issuers, what) => {
    const [said = ''] = complaints(issuers);
    expect(said).toContain('TRELLIS_OIDC_ISSUERS ');
    expect(said).toContain(what);
  });

  test.each([
    { tenant: 'operators' },
    { tenant: { claim: 'org', allowed: ['acme', 'operators'] } },
    { tenant: { claim: 'org', map: { o1: 'operators' } } },
  ])('give the operators’ tenant only where it is said aloud: %j', (tenant) => {
    const operators = { TRELLIS_OPERATOR_TENANT: 'operators' };
    expect(complaints([{ ...ISSUER, ...tenant }], operators)[0]).toContain(
      'lets https://login.example/realms/acme give "operators", the tenant of those who run the installation',
    );
    expect(complaints([{ ...ISSUER, ...tenant, operator: true }], operators)).toEqual([]);
  });
});
