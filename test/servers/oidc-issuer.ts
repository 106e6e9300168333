/** A real issuer for tests: oidc-provider on a port of its own, whose keys change and which goes away when told to. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { type JWKS, Provider } from 'oidc-provider';
import { freePort } from './free-port.ts';

const SECRET = 'a secret of a client in tests, of some length';
/** What its clients may ask for. */
const SCOPES = 'kb.read kb.write kb.unheard-of';

export interface TokenWish {
  readonly client?: string;
  readonly audience?: string;
  readonly scope?: string;
  readonly seconds?: number;
  /** What the token says besides. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface OidcIssuer {
  /** Its name, which is its address. */
  readonly issuer: string;
  /** An access token, as a client gets it for its secret. */
  token(wish?: TokenWish): Promise<string>;
  /** What it would not give by itself, signed with its key. */
  sign(payload: JWTPayload): Promise<string>;
  /** From now on it signs with another key, and publishes no other. */
  rotate(): Promise<void>;
  /** Its public keys, as it publishes them. */
  published(): Promise<readonly JWK[]>;
  /** How often its keys were asked for by others than `published`. */
  keyRequests(): number;
  /** Nobody listens there any more, until `back`. */
  away(): Promise<void>;
  back(): Promise<void>;
  close(): Promise<void>;
}

export const AUDIENCE = 'https://trellis.example/api';

type Wish = Required<Omit<TokenWish, 'client' | 'scope'>>;
const USUAL: Wish = { audience: AUDIENCE, seconds: 600, claims: {} };

export async function startOidcIssuer(algorithm: 'RS256' | 'ES256' | 'EdDSA' = 'RS256'): Promise<OidcIssuer> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  let wish: Wish = USUAL;
  let keysMade = 0;
  const provide = async () => {
    const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
    const kid = `key-${++keysMade}`;
    const key = { ...(await exportJWK(privateKey)), kid, alg: algorithm, use: 'sig' };
    const provider = createProvider(issuer, { key, algorithm, wish: () => wish });
    return { provider, kid, privateKey };
  };
  let now: { provider: Provider; kid: string; privateKey: CryptoKey } = await provide();
  let asked = 0;
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/jwks') asked++;
    void now.provider.callback()(request, response);
  };
  let server: Server | null = null;
  const back = async () => {
    server ??= createServer(answer);
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
  };
  const away = async () => {
    const gone = new Promise((resolve) => server?.close(resolve));
    server?.closeAllConnections();
    await gone;
    server = null;
  };
  await back();
  return {
    issuer,
    token: async ({ client = 'ada', scope, ...rest } = {}) => {
      wish = { ...USUAL, ...rest };
      return clientCredentials(issuer, { client, scope, resource: wish.audience });
    },
    sign: ({ ...payload }) =>
      new SignJWT(payload)
        .setProtectedHeader({ alg: algorithm, kid: now.kid, typ: 'at+jwt' })
        .sign(now.privateKey),
    rotate: async () => {
      now = await provide();
    },
    published: async () => {
      const answered = await fetch(`${issuer}/jwks`);
      asked--;
      return ((await answered.json()) as { keys: JWK[] }).keys;
    },
    keyRequests: () => asked,
    away,
    back,
    close: async () => {
      if (server !== null) await away();
    },
  };
}

async function clientCredentials(
  issuer: string,
  { client, scope, resource }: { client: string; scope: string | undefined; resource: string },
): Promise<string> {
  const answered = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client}:${encodeURIComponent(SECRET)}`)}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      resource,
      ...(scope === undefined ? {} : { scope }),
    }),
  });
  const { access_token: token, ...said } = (await answered.json()) as { readonly access_token?: string };
  if (token === undefined) throw new Error(`no token: ${JSON.stringify(said)}`);
  return token;
}

function createProvider(
  issuer: string,
  {
    key,
    algorithm,
    wish,
  }: {
    readonly key: JWK;
    readonly algorithm: 'RS256' | 'ES256' | 'EdDSA';
    readonly wish: () => Wish;
  },
): Provider {
  return new Provider(issuer, {
    jwks: { keys: [key] } as unknown as JWKS,
    clients: ['ada', 'grace'].map((client_id) => ({
      client_id,
      client_secret: SECRET,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      scope: SCOPES,
    })),
    scopes: SCOPES.split(' '),
    clientDefaults: { id_token_signed_response_alg: algorithm },
    enabledJWA: { idTokenSigningAlgValues: [algorithm] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: SCOPES,
          audience: wish().audience,
          accessTokenTTL: wish().seconds,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: algorithm } },
        }),
      },
    },
    extraTokenClaims: () => ({ ...wish().claims }),
    ttl: { ClientCredentials: () => wish().seconds },
  });
}
