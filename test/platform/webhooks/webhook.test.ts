import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWebhook } from '../../../platform/webhooks/webhook.ts';

const secret = randomBytes(32).toString('base64');
const { signal } = new AbortController();
let server: Server;
let url: string;
let answers: number[];
let received: {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly path: string;
}[];
beforeEach(async () => {
  [answers, received] = [[], []];
  server = createServer(async (request, reply) => {
    received.push({ headers: request.headers, body: await text(request), path: request.url ?? '' });
    reply.writeHead(answers.shift() ?? 204, { location: '/elsewhere' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const notice = { type: 'backup.failed', data: { problem: 'The target is away.' } };

test('a notice is signed as Standard Webhooks says', async () => {
  await createWebhook({ url, secret: () => `whsec_${secret}` }).send(notice, signal);
  const [{ headers, body } = { headers: {}, body: '' }] = received;
  const verified = new Webhook(secret).verify(body, headers as Record<string, string>);
  expect(verified).toMatchObject(notice);
  expect(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>)).toThrow();
});

test('what is refused or fails is sent again, under the same id', async () => {
  answers = [500, 429];
  await createWebhook({ url, secret: () => secret, pausesMs: [1, 1, 1] }).send(notice, signal);
  expect(received).toHaveLength(3);
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

test('what nobody takes is UNAVAILABLE in the end, without path or secret', async () => {
  answers = [500, 500];
  const webhook = createWebhook({ url, secret: () => secret, pausesMs: [1] });
  await expect(webhook.send(notice, signal)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/^The webhook at 127\.0\.0\.1:\d+ takes nothing \(it answers 500\)/),
  });
  server.closeAllConnections();
  server.close();
  await expect(webhook.send(notice, signal)).rejects.toMatchObject({
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test('no redirect is followed', async () => {
  answers = [302, 302];
  await expect(
    createWebhook({ url, secret: () => secret, pausesMs: [1] }).send(notice, signal),
  ).rejects.toMatchObject({
    message: expect.stringContaining('answers 302'),
  });
  expect(received.map(({ path }) => path)).toEqual(['/hook', '/hook']);
});

test('it stops when told to', async () => {
  const stop = new AbortController();
  answers = [500];
  const sending = createWebhook({ url, secret: () => secret, pausesMs: [1_000_000] }).send(
    notice,
    stop.signal,
  );
  await expect.poll(() => received.length).toBe(1);
  stop.abort(new Error('enough'));
  await expect(sending).rejects.toThrow('enough');
});

test.each([
  'http://example.com/hook',
  'http://169.254.169.254/latest/meta-data',
  'http://10.0.0.1/',
  'http://localhost.example.com/',
  'ftp://localhost/',
  'https://user:password@example.com/',
  'nonsense',
])('refuses the address %s', (wrong) => {
  expect(() => createWebhook({ url: wrong, secret: () => secret })).toThrow(/https address/);
});

test('refuses a secret that is short', () => {
  expect(() => createWebhook({ url, secret: () => Buffer.from('short').toString('base64') })).toThrow(
    /24 bytes/,
  );
});
