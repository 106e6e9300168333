import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDevelopmentToken } from '../../cli/token.ts';
import { type Listening, partUrls, startParts } from '../scenarios/apart.ts';
import { leftOut } from '../servers/asked-for.ts';
import { freePort } from '../servers/free-port.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests, which say what they expect.
type Data = any;

const ROOMS = ['documents', 'traversal', 'retrieval', 'admin', 'worker'] as const;
/** Long enough for what a test does meanwhile, on any machine. */
const NOTICE_MS = 5_000;
/** So long that a test which waits for it fails. */
const FOREVER_MS = 3_600_000;

const newFolder = () => mkdtemp(join(tmpdir(), 'trellis-apart-'));

/** Asked again until it holds: another process needs its time. */
async function until<Value>(ask: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    await delay(50);
  }
}

const title = `parts in processes of their own${leftOut === null ? '' : ` (${leftOut})`}`;
describe.skipIf(leftOut !== null)(title, { timeout: 300_000 }, () => {
  let keys: string;
  let token: string;
  let main: Listening;
  let other: Listening;
  let gateways: Listening[];
  let gatewayPort: number;
  let mainFolder: string;
  let otherEnvironment: Record<string, string>;
  let gatewayEnvironment: Record<string, string>;

  /** Traversal is of one process, all other subgraphs are of another, and each has engines of its own. */
  beforeAll(async () => {
    keys = join(await newFolder(), 'keys');
    gatewayPort = await freePort();
    const shared = {
      TRELLIS_MODE: 'production',
      TRELLIS_JWKS_URL: `http://127.0.0.1:${gatewayPort}/.well-known/jwks.json`,
      TRELLIS_LOG_LEVEL: 'debug',
    };
    mainFolder = await newFolder();
    otherEnvironment = {
      ...shared,
      TRELLIS_DATA_DIR: await newFolder(),
      TRELLIS_PORT: String(await freePort()),
    };
    [main, other] = await Promise.all([
      startParts(ROOMS, { ...shared, TRELLIS_DATA_DIR: mainFolder, TRELLIS_PORT: '0' }),
      startParts(ROOMS, otherEnvironment),
    ]);
    gatewayEnvironment = {
      TRELLIS_MODE: 'production',
      TRELLIS_KEYS_DIR: keys,
      TRELLIS_PART_URLS: `${partUrls([[ROOMS, main]])},traversal=${other.url}`,
    };
    // Both at once, in a folder without a key.
    gateways = await Promise.all(
      [gatewayPort, 0].map(async (port) =>
        startParts(['gateway'], {
          ...gatewayEnvironment,
          TRELLIS_DATA_DIR: await newFolder(),
          TRELLIS_PORT: String(port),
        }),
      ),
    );
    token = await createDevelopmentToken(keys, {});
  }, 300_000);
  afterAll(async () => {
    await Promise.all([main, other, ...(gateways ?? [])].map((one) => one?.stop('SIGKILL')));
  });

  const post = (url: string, query: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify({ query }),
    });
  const ask = async (query: string, headers: Record<string, string> = {}, gateway = gateways[0]) => {
    const response = await post(gateway?.url ?? '', query, headers);
    return (await response.json()) as { readonly data: Data; readonly errors?: readonly Data[] };
  };
  const startGateway = async (settings: Record<string, string> = {}) =>
    startParts(['gateway'], {
      ...gatewayEnvironment,
      TRELLIS_DATA_DIR: await newFolder(),
      TRELLIS_PORT: '0',
      ...settings,
    });
  const both = '{ documents { nodes { id } } entity(id: "none") { name } }';

  test('gateways that start together have one key, and whoever verifies has none', async () => {
    expect((await readdir(keys)).toSorted()).toEqual(['public-keys.json', 'signing-keys.00000001.json']);
    expect(await readdir(mainFolder)).not.toContain('keys');
    for (const gateway of gateways) {
      const { data, errors } = await ask(both, {}, gateway);
      expect(errors).toBeUndefined();
      expect(data).toEqual({ documents: { nodes: [] }, entity: null });
    }
  });

  test('every process says whether it lives, whether it is ready, and what it measures', async () => {
    for (const { url } of [main, other, ...gateways]) {
      for (const path of ['/health/live', '/health/ready', '/metrics']) {
        const response = await fetch(`${url}${path}`);
        expect([path, response.status]).toEqual([path, 200]);
        await response.text();
      }
    }
    const ready = await (await fetch(`${gateways[0]?.url}/health/ready`)).json();
    expect(ready).toMatchObject({ state: 'UP' });
    expect((ready as Data).components.map(({ name }: Data) => name).toSorted()).toEqual(
      ['admin', 'documents', 'retrieval', 'traversal'].toSorted(),
    );
  });

  test('deadline, trace and request id reach the subgraph', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const headers = { traceparent, 'x-request-id': 'request-of-the-test', 'x-timeout-ms': '20000' };
    expect((await ask('{ documents { nodes { id } } }', headers)).errors).toBeUndefined();
    const lines = await until(
      async () => main.log.filter((line) => line.includes(traceparent)).map((line) => JSON.parse(line)),
      (found) => found.some((line) => 'leftMs' in line),
    );
    const call = lines.find((line) => 'leftMs' in line);
    expect(call.requestId).toBe('request-of-the-test');
    expect(call.leftMs).toBeGreaterThan(0);
    expect(call.leftMs).toBeLessThanOrEqual(20_000);
  });

  test('a subgraph that hangs costs no more than the deadline, and is used again when it goes on', async () => {
    other.child.kill('SIGSTOP');
    const { data, errors } = await ask(both, { 'x-timeout-ms': '1500' });
    other.child.kill('SIGCONT');
    expect(data).toEqual({ documents: { nodes: [] }, entity: null });
    expect(errors).toMatchObject([{ path: ['entity'], extensions: { code: 'TIMEOUT', status: 504 } }]);
    await until(
      () => ask(both),
      (answer) => answer.errors === undefined,
    );
  });

  test('what needs a killed process fails with UNAVAILABLE and when to try again; the rest goes on; it comes back', async () => {
    await other.stop('SIGKILL');
    const { data, errors } = await ask(both);
    expect(data).toEqual({ documents: { nodes: [] }, entity: null });
    expect(errors).toMatchObject([
      { path: ['entity'], extensions: { code: 'UNAVAILABLE', status: 503, retryAfterMs: 1_000 } },
    ]);
    const ready = await fetch(`${gateways[0]?.url}/health/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { state: 'DEGRADED', components: expect.arrayContaining([{ name: 'traversal', state: 'DEGRADED' }]) },
    ]);
    other = await startParts(ROOMS, otherEnvironment);
    expect((await ask(both)).errors).toBeUndefined();
  });

  test('queries in flight when a process is killed fail typed, and no other way', async () => {
    const codes = new Set<string>();
    let killed = false;
    const askUntilKilled = async () => {
      while (!killed) {
        const { errors = [] } = await ask('{ entity(id: "none") { name } }');
        for (const { extensions } of errors) codes.add(extensions.code);
      }
    };
    const asking = Array.from({ length: 8 }, askUntilKilled);
    await other.stop('SIGKILL');
    await until(
      async () => codes.size,
      (size) => size > 0,
    );
    killed = true;
    await Promise.all(asking);
    expect([...codes]).toEqual(['UNAVAILABLE']);
    other = await startParts(ROOMS, otherEnvironment);
  });

  test('health tells of every part that a process knows of', async () => {
    const admin = await startParts(ROOMS, {
      ...otherEnvironment,
      TRELLIS_DATA_DIR: await newFolder(),
      TRELLIS_PORT: '0',
      TRELLIS_PART_URLS: `gateway=${gateways[0]?.url},traversal=http://127.0.0.1:${await freePort()}`,
    });
    const gateway = await startGateway({ TRELLIS_PART_URLS: partUrls([[ROOMS, admin]]) });
    const { data } = await ask('{ health { state components { name state detail } } }', {}, gateway);
    // What is in the process itself is asked there, wherever the address book says that it is.
    expect(data.health.components.map(({ name, state }: Data) => `${name} ${state}`).toSorted()).toEqual([
      'consistency UP',
      'content UP',
      'embedder UP',
      'gateway UP',
      'graph UP',
      'vectors UP',
      'worker UP',
    ]);
    await Promise.all([gateway.stop(), admin.stop()]);
  });

  test('a gateway that is told to stop says so, still serves, and ends by itself', async () => {
    const gateway = await startGateway({ TRELLIS_DRAIN_NOTICE_MS: String(NOTICE_MS) });
    const stopped = gateway.stop();
    const ready = await until(
      () => fetch(`${gateway.url}/health/ready`),
      ({ status }) => status !== 200,
    );
    expect([ready.status, await ready.json()]).toMatchObject([503, { code: 'UNAVAILABLE' }]);
    expect((await ask(both, {}, gateway)).errors).toBeUndefined();
    await stopped;
    expect(gateway.child.exitCode).toBe(0);
  });

  test('a second signal ends it at once', async () => {
    const gateway = await startGateway({ TRELLIS_DRAIN_NOTICE_MS: String(FOREVER_MS) });
    const stopped = gateway.stop();
    await until(
      () => fetch(`${gateway.url}/health/ready`),
      ({ status }) => status !== 200,
    );
    gateway.child.kill('SIGTERM');
    await stopped;
    expect(gateway.child.exitCode).toBe(1);
  });

  test('an upload under way is taken whole, though both its processes are told to stop', async () => {
    const folder = await newFolder();
    const settings = {
      ...otherEnvironment,
      TRELLIS_DATA_DIR: folder,
      TRELLIS_PORT: '0',
      TRELLIS_DRAIN_MS: '60000',
    };
    const rooms = await startParts(ROOMS, settings);
    const gateway = await startGateway({
      TRELLIS_PART_URLS: partUrls([[ROOMS, rooms]]),
      TRELLIS_DRAIN_MS: '60000',
    });
    const body = new TransformStream<Uint8Array, Uint8Array>();
    const writer = body.writable.getWriter();
    const line = (at: number) => new TextEncoder().encode(`{"id":"r${at}","text":"Record ${at}."}\n`);
    const answer = fetch(`${gateway.url}/ingest?collection=records`, {
      method: 'POST',
      headers: { 'content-type': 'application/jsonl', authorization: `Bearer ${token}` },
      body: body.readable,
      duplex: 'half',
    } as RequestInit);
    // So many that some were read at the other end.
    for (let at = 0; at < 1_000; at++) await writer.write(line(at));
    const stopped = gateway.stop();
    await until(
      () => fetch(`${gateway.url}/health/live`).catch(() => null),
      (response) => response === null,
    );
    await writer.write(line(1_000));
    await writer.close();
    expect(await (await answer).json()).toMatchObject({ accepted: 1_001, rejectedCount: 0 });
    await stopped;
    await rooms.stop();
    expect([gateway.child.exitCode, rooms.child.exitCode]).toEqual([0, 0]);

    const again = await startParts(ROOMS, settings);
    const reader = await startGateway({ TRELLIS_PART_URLS: partUrls([[ROOMS, again]]) });
    await until(
      () =>
        ask(
          '{ collection(name: "records") { documentCount } documents(first: 100, filter: { status: PENDING }) { nodes { id } } }',
          {},
          reader,
        ),
      ({ data, errors }) => {
        expect(errors).toBeUndefined();
        return data.collection.documentCount === 1_001 && data.documents.nodes.length === 0;
      },
    );
    await Promise.all([reader.stop(), again.stop()]);
  });
});
