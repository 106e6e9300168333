import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig, SETTING_NAMES } from '../../platform/config.ts';
import { Problem } from '../../platform/errors.ts';
import { readClientSettings } from '../../platform/settings/client-settings.ts';

const PAGE = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
/** Rows of the table: variable, default, what it is. */
const ROWS = [...PAGE.matchAll(/^\| `TRELLIS_([A-Z0-9_]+)` *\| (.*?) *\| (.*?) *\|$/gm)].map(
  ([, name = '', value = '', what = '']) => ({ name, value, what }),
);

function refusal(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error.code).toBe('BAD_INPUT');
    return error.errors.map(({ field, message }) => `${field} ${message}`);
  }
  throw new Error('The configuration was taken.');
}

/** As the page shows a default: nothing, an empty text and an empty list are a dash. */
function shown(value: unknown): string {
  const text = value === undefined ? '' : String(value instanceof Map ? [...value.keys()] : value);
  return text === '' ? '–' : `\`${text}\``;
}

describe('docs/configuration.md', () => {
  const defaults: Readonly<Record<string, unknown>> = readConfig({});

  test('has every setting once, and none that there is not', () => {
    expect(ROWS.map(({ name }) => name).toSorted()).toEqual(SETTING_NAMES.toSorted());
  });

  test.each(SETTING_NAMES)('tells the default of TRELLIS_%s, and what it is', (name) => {
    const row = ROWS.find((one) => one.name === name);
    expect(row?.value).toBe(shown(defaults[name]));
    expect(row?.what).toMatch(/^.{10,}[.)]$/);
  });
});

describe('a configuration that is wrong', () => {
  test('is refused with everything that is wrong with it at once', () => {
    expect(
      refusal({
        TRELLIS_PORT: '70000',
        TRELLIS_MODE: 'prod',
        TRELLIS_SAMPLES: 'yes',
        TRELLIS_REQUEST_TIMEOUT_MS: '1.5',
        TRELLIS_QUERY_DEPTH_MAX: '0',
        TRELLIS_CORS_ORIGINS: 'https://ok.example, https://app.example/',
      }),
    ).toEqual([
      'TRELLIS_MODE must be one of development, production, and is "prod"',
      'TRELLIS_PORT must be a whole number from 0 to 65535, and is "70000"',
      'TRELLIS_CORS_ORIGINS must be origins such as https://app.example.com: no path, not even a slash at the end, and is "https://ok.example, https://app.example/"',
      'TRELLIS_SAMPLES must be one of true, false, and is "yes"',
      'TRELLIS_REQUEST_TIMEOUT_MS must be a whole number from 1 to 2147483647, and is "1.5"',
      'TRELLIS_QUERY_DEPTH_MAX must be a whole number from 1 on, and is "0"',
    ]);
  });

  test('may name no setting that there is not, also beside wrong values', () => {
    expect(refusal({ TRELLIS_PROT: '4000', TRELLIS_PORT: '-1' })).toEqual([
      'TRELLIS_PROT is not a setting of Trellis',
      'TRELLIS_PORT must be a whole number from 0 to 65535, and is "-1"',
    ]);
  });

  test('never shows what may hold credentials', () => {
    const [said] = refusal({ TRELLIS_LLM_URL: 'postgres://me:secret@host/' });
    expect(said).toBe('TRELLIS_LLM_URL must be a URL such as http://localhost:11434/v1');
  });

  test.each([
    [{ TRELLIS_EMBEDDER: 'openai' }, ['TRELLIS_EMBEDDER_URL', 'TRELLIS_EMBEDDER_MODEL']],
    [{ TRELLIS_EMBEDDER: 'onnx' }, ['TRELLIS_EMBEDDER_MODEL']],
    [
      { TRELLIS_PREVIOUS_EMBEDDER: 'openai' },
      ['TRELLIS_PREVIOUS_EMBEDDER_URL', 'TRELLIS_PREVIOUS_EMBEDDER_MODEL'],
    ],
    [{ TRELLIS_PREVIOUS_EMBEDDER: 'onnx' }, ['TRELLIS_PREVIOUS_EMBEDDER_MODEL']],
    [{ TRELLIS_LLM_URL: 'http://localhost:1/v1' }, ['TRELLIS_LLM_MODEL']],
    [{ TRELLIS_LLM_EXTRACTION: 'true' }, ['TRELLIS_LLM_URL']],
  ])('is one where %j stands alone', (environment, missing) => {
    expect(refusal(environment)).toEqual(
      missing.map((name) => `${name} is needed by another setting and not given`),
    );
  });
});

test('an empty variable is as good as none, and those of others are left alone', () => {
  expect(readConfig({ TRELLIS_PORT: '', TRELLIS_URL: 'http://x', TRELLIS_TOKEN: 't', HOME: '/' })).toEqual(
    readConfig({}),
  );
});

test.each([
  [{}, 'http://127.0.0.1:4000'],
  [{ TRELLIS_PORT: '5000', TRELLIS_HOST: '0.0.0.0' }, 'http://127.0.0.1:5000'],
  [{ TRELLIS_HOST: '::1' }, 'http://[::1]:4000'],
  [{ TRELLIS_PORT: '5000', TRELLIS_URL: 'https://trellis.example' }, 'https://trellis.example'],
])('with %j the command line looks for the server at %s', (environment, url) => {
  expect(readClientSettings(environment).url).toBe(url);
});

describe('addresses of Sentinels', () => {
  test('are hosts with ports, IPv6 in brackets', () => {
    const { REDIS_SENTINELS } = readConfig({
      TRELLIS_REDIS_URL: 'redis://:secret@redis',
      TRELLIS_REDIS_SENTINELS: '10.0.0.5:26379, sentinel-2:5000,[::1]:26379',
    });
    expect(REDIS_SENTINELS).toEqual([
      { host: '10.0.0.5', port: 26_379 },
      { host: 'sentinel-2', port: 5_000 },
      { host: '::1', port: 26_379 },
    ]);
  });

  test('are refused without a port, and without what the nodes are asked with', () => {
    expect(refusal({ TRELLIS_REDIS_SENTINELS: 'sentinel-1,two:70000' })).toEqual([
      'TRELLIS_REDIS_SENTINELS "sentinel-1" is no host with a port. Write it as sentinel-1:26379, and is "sentinel-1,two:70000"',
      'TRELLIS_REDIS_SENTINELS "two:70000" is no host with a port. Write it as sentinel-1:26379, and is "sentinel-1,two:70000"',
    ]);
    expect(refusal({ TRELLIS_REDIS_SENTINELS: 'sentinel-1:26379' })).toEqual([
      'TRELLIS_REDIS_URL is needed by another setting and not given',
    ]);
  });
});
