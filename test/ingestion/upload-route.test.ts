import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Agent } from 'undici';
import { describe, expect, test } from 'vitest';
import { uploadRoute } from '../../ingestion/upload-route.ts';
import { closeHttpServer, createHttpServer } from '../../platform/http/server.ts';
import { createLog } from '../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../stores/graph/embedded/embedded-graph-store.ts';
import { openRooms, type RoomsOptions, TENANT } from './harness.ts';

interface RouteOptions extends RoomsOptions {
  readonly authenticated?: () => void;
}

/** The route on a server of its own, with what it is asked first and what fails in it. */
async function openRoute({ authenticated = () => undefined, ...options }: RouteOptions = {}) {
  const rooms = await openRooms(options);
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

describe('many records', () => {
  /** Uploads them, with what the stores were asked for meanwhile. */
  async function upload(mediaType: string, body: string) {
    const calls: string[] = [];
    const { url, rooms, close } = await openRoute({
      startWorker: false,
      createGraph: (directory) => {
        const graph = createEmbeddedGraphStore({
          directory: join(directory, 'graph'),
          log: createLog({ level: 'silent' }),
        });
        return {
          ...graph,
          read: (asked, options) => {
            calls.push(asked.name);
            return graph.read(asked, options);
          },
          write: (statements, options) => {
            calls.push('write');
            return graph.write(statements, options);
          },
        };
      },
      wrapContent: (content) => ({
        ...content,
        put: (items) => {
          calls.push(`put ${items.length}`);
          return content.put(items);
        },
      }),
    });
    try {
      const answer = await fetch(`${url}/ingest?collection=rows`, {
        method: 'POST',
        headers: { 'content-type': mediaType },
        body,
      });
      const receipt = (await answer.json()) as { readonly jobId: string; readonly accepted: number };
      const asked = [...calls];
      calls.length = 0;
      const [job] = await rooms.ingestion.jobs(TENANT, [receipt.jobId]);
      return { ...receipt, calls: asked, job, lookedFor: [...calls] };
    } finally {
      await close();
    }
  }

  test('that are tiny are made durable a thousand at a time, by some calls each time', async () => {
    const rows = Array.from({ length: 2_500 }, (_, at) => `Ada ${at}`);
    const { accepted, calls } = await upload('text/csv', `text\n${rows.join('\n')}`);
    expect(accepted).toBe(2_500);
    expect(calls.filter((call) => call.startsWith('put'))).toEqual(['put 1000', 'put 1000', 'put 500']);
    // One transaction for each thousand, and one that seals the job.
    expect(calls.filter((call) => call === 'write')).toHaveLength(4);
    expect(calls.length).toBeLessThanOrEqual(3 * 8 + 1);
  });

  test('that are large are made durable before they are many, also where it is not their text that is large', async () => {
    const aliases = Array.from({ length: 50 }, (_, at) => `${'x'.repeat(190)}${at}`);
    const entities = Array.from({ length: 50 }, (_, at) => ({ name: `Entity ${at}`, aliases }));
    const lines = Array.from({ length: 20 }, (_, at) =>
      JSON.stringify({ text: `Ada ${at}`, knowledge: { entities } }),
    );
    const { accepted, calls } = await upload('application/jsonl', lines.join('\n'));
    expect(accepted).toBe(20);
    expect(calls.filter((call) => call.startsWith('put'))).toEqual(['put 9', 'put 9', 'put 2']);
  });

  test('of which none has failed are not looked through by whoever looks how far their job is', async () => {
    const { job, lookedFor } = await upload('text/csv', 'text\nAda\nBob');
    expect(job?.progress.documentsTotal).toBe(2);
    expect(lookedFor).toEqual(['jobs.byIds']);
  });
});
