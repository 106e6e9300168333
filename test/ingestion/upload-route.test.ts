import { request } from 'node:http';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { uploadRoute } from '../../ingestion/upload-route.ts';
import { handleProblems } from '../../platform/http/problem-reply.ts';
import { createLog } from '../../platform/log.ts';
import { openRooms, TENANT } from './harness.ts';

test('a client that hangs up is a cancelled upload, not a failure on our side', async () => {
  const rooms = await openRooms();
  const server = Fastify();
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const { promise: reading, resolve: reads } = Promise.withResolvers<void>();
  server.addHook('onError', async (_request, _reply, error) => fail(error));
  handleProblems(server, createLog({ level: 'silent' }));
  const limits = { documentsMax: 10, documentBytesMax: 1_000_000, uploadBytesMax: 1_000_000 };
  uploadRoute({ ingestion: () => rooms.ingestion, limits })(server, {
    authenticate: async () => {
      reads();
      return { tenant: TENANT, subject: 'test', scopes: ['documents:write'] };
    },
  });
  try {
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
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
    await server.close();
    await rooms.close();
  }
});
