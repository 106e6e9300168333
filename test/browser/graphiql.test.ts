/** The pages for people, in a real browser: what a newcomer opens, types and reads, with no machine but this one. */
// cspell:words apollographql internetdisconnected

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder, type Server, startServer, stop } from '../cli/harness.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** Where to leave pictures of the pages for somebody to look at. */
const PICTURES = process.env['PICTURES'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const PATIENCE_MS = 60_000;

describe.skipIf(!existsSync(CHROMIUM))(
  `in Chromium (skipped without ${CHROMIUM}; .ci/run installs it)`,
  () => {
    let folder: string;
    let profile: string;
    let server: Server;
    let browser: BrowserContext;

    beforeAll(async () => {
      folder = await dataFolder();
      profile = await mkdtemp(join(tmpdir(), 'trellis-browser-'));
      server = await startServer(folder);
      browser = await chromium.launchPersistentContext(profile, {
        executablePath: CHROMIUM,
        headless: true,
        args: FLAGS,
        viewport: { width: 1280, height: 800 },
      });
      browser.setDefaultTimeout(PATIENCE_MS);
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await stop(server);
      for (const path of [folder, profile]) await rm(path, { recursive: true, force: true });
    });

    /** With the token in its fragment, as start prints it. */
    const address = () => /GraphiQL +(http:\S+)/.exec(server.said())?.[1] ?? '';

    /** A page that notes which hosts it asks and what goes wrong in it. */
    async function open(path: string) {
      const page = await browser.newPage();
      const hosts = new Set<string>();
      const faults: string[] = [];
      page.on('request', (request) => {
        const { protocol, host } = new URL(request.url());
        if (protocol !== 'data:') hosts.add(host);
      });
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(message.text());
      });
      await page.goto(path);
      return { page, hosts, faults };
    }

    const picture = async (page: Page, name: string) => {
      if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`) });
    };

    test('GraphiQL answers a query that is typed and run, with the token from the address that start printed', {
      timeout: PATIENCE_MS * 2,
    }, async () => {
      const { page, hosts, faults } = await open(address());
      const editor = page.locator('.graphiql-query-editor .CodeMirror');
      await editor.click();
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.press('Delete');
      // The editor closes braces by itself. The name is the one before: the page takes a moment to see another.
      await page.keyboard.type(
        'query Search { search(query: "PageRank", first: 1) { hits { chunk { document { title',
      );
      const answer = page.locator('.graphiql-response .CodeMirror');
      await page.locator('.graphiql-execute-button').click();
      await expect
        .poll(() => answer.textContent(), { timeout: PATIENCE_MS })
        .toContain('"title": "PageRank"');
      expect(await answer.textContent()).not.toContain('errors');
      // The fragment is cleared, so that a shared screen or a bookmark does not carry the token on.
      expect(page.url()).toBe(`${server.url}/graphiql`);
      await picture(page, 'graphiql-answer');
      expect([...hosts]).toEqual([new URL(server.url).host]);
      expect(faults).toEqual([]);
    });

    test('GraphiQL shows the schema with its descriptions', { timeout: PATIENCE_MS * 2 }, async () => {
      const { page, hosts, faults } = await open(address());
      await page.getByLabel('Show Documentation Explorer').click();
      const docs = page.locator('.graphiql-doc-explorer');
      await docs.getByRole('link', { name: 'Query', exact: true }).click();
      await docs.getByRole('link', { name: 'search', exact: true }).click();
      await expect.poll(() => docs.textContent(), { timeout: PATIENCE_MS }).toContain('query: String!');
      await picture(page, 'graphiql-docs');
      expect([...hosts]).toEqual([new URL(server.url).host]);
      expect(faults).toEqual([]);
    });

    test('the page at / says what to do when Apollo Sandbox cannot be loaded', {
      timeout: PATIENCE_MS * 2,
    }, async () => {
      const page = await browser.newPage();
      await page.route(/apollographql\.com/, (route) => route.abort('internetdisconnected'));
      await page.goto(server.url);
      await page.getByRole('link', { name: 'GraphiQL' }).click();
      await page.waitForURL(`${server.url}/graphiql`);
      await page.locator('.graphiql-query-editor').waitFor();
    });

    test('Apollo Sandbox may call the server from its own page', async () => {
      const preflight = (origin: string) =>
        fetch(`${server.url}/graphql`, {
          method: 'OPTIONS',
          headers: {
            origin,
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'authorization,content-type',
          },
        });
      for (const origin of ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com']) {
        const { status, headers } = await preflight(origin);
        expect(status).toBe(204);
        expect(headers.get('access-control-allow-origin')).toBe(origin);
        expect(headers.get('access-control-allow-methods')).toContain('POST');
        expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type');
      }
      expect(
        (await preflight('https://elsewhere.example')).headers.get('access-control-allow-origin'),
      ).toBeNull();
    });
  },
);
