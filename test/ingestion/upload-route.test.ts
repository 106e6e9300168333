import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Agent } from 'undici';
import { describe, expect, test } from 'vitest';
import { uploadRoute } from '../../ingestion/upload-route.ts';
import { closeHttpServer, createHttpServer } from '../../platform/http/server.ts';
import { createLog } from '../../platform/log.ts';
import { openRooms, TENANT } from './harness.ts';

/** The route on a server of its own, with what it is asked first and what fails in it. */
async function openRoute({ authenticated = () => undefined }: { readonly authenticated?: () => void } = {}) {
  const rooms = await openRooms();
  const server = createHttpServer({ log: createLog({ level: 'silent' }), bodyBytesMax: 1_000 });
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  server.addHook('onError', async (_request, _reply, error) => fail(error));
  const limits = { documentsMax: 10, documentBytesMax: 100_000, uploadBytesMax: 200_000_000 };
  uploadRoute({ ingestion: () => rooms.ingestion, limits })(server, {
    authenticate: async () => {
      authenticated();
      return { tenant: TENANT, subject: 'test', scopes: ['documents:write'] };
    },
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const close = async () => {
    await closeHttpServer(server);
    await rooms.close();
  };
  return { url, rooms, failed, close };
}

test('a client that hangs up is a cancelled upload, not a failure on our side', async () => {
  const { promise: reading, resolve: reads } = Promise.withResolvers<void>();
  const { url, rooms, failed, close } = await openRoute({ authenticated: reads });
  try {
    const upload = request(`${url}/ingest?collection=files`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'content-length': '1000' },
    });
    upload.on('error', () => undefined);
    upload.write('Only the beginning.');
    await reading;
    upload.destroy();
    expect(await failed).toMatchObject({ code: 'CANCELLED' });
    expect(await rooms.counts()).toMatchObject({ Document: 0, Submission: 0 });
  } finally {
    await close();
  }
});

describe('an upload that is refused before it is whole', () => {
  /** Over one connection, as a client or a gateway keeps it. */
  async function answers(bodies: readonly (Buffer | Readable)[]): Promise<readonly number[]> {
    const { url, close } = await openRoute();
    const agent = new Agent({ connections: 1 });
    const statuses: number[] = [];
    try {
      for (const body of bodies) {
        const answer = await agent.request({
          ...{ origin: url, path: '/ingest?collection=files', method: 'POST', body },
          headers: { 'content-type': 'text/plain' },
        });
        await answer.body.dump();
        statuses.push(answer.statusCode);
      }
      return statuses;
    } finally {
      await agent.destroy();
      await close();
    }
  }
  const pieces = (count: number) =>
    Readable.from(Array.from({ length: count }, () => Buffer.alloc(65_536, 0x61)));

  test.each([
    ['sent at once', () => Buffer.alloc(900_000, 0x61)],
    ['sent in pieces', () => pieces(14)],
    ['of many times what a connection holds', () => pieces(300)],
  ])('%s leaves its connection to the next', async (_how, tooLarge) => {
    expect(await answers([tooLarge(), Buffer.from('Ada.'), tooLarge(), Buffer.from('Bob.')])).toEqual([
      413, 202, 413, 202,
    ]);
  });

  test('and goes on for long is cut off', async () => {
    const { url, close } = await openRoute();
    try {
      const { port } = new URL(url);
      const socket = connect(Number(port), '127.0.0.1');
      const head = ['POST /ingest?collection=files HTTP/1.1', 'host: trellis', 'content-type: text/plain'];
      const answered = once(socket, 'data');
      const sent = pipeline(function* () {
        yield `${[...head, 'content-length: 199999999'].join('\r\n')}\r\n\r\n`;
        for (let at = 0; at < 199; at++) yield Buffer.alloc(1_000_000, 0x61);
      }, socket);
      await expect(sent).rejects.toMatchObject({ code: expect.stringMatching(/EPIPE|ECONNRESET/) });
      expect(String((await answered)[0])).toMatch(/^HTTP\/1.1 413 /);
    } finally {
      await close();
    }
  });
});
