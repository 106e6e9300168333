import { pino } from 'pino';
import { expect, test } from 'vitest';
import { listen } from '../../../platform/http/listen.ts';
import { closeHttpServer, createHttpServer } from '../../../platform/http/server.ts';

const settings = { host: 'TRELLIS_HOST', port: 'TRELLIS_PORT' };
const server = () => createHttpServer({ log: pino({ level: 'silent' }), bodyBytesMax: 1_000 });

test('a port that is taken is refused with the setting that chooses another', async () => {
  const first = server();
  const port = Number(new URL(await listen(first, { host: '127.0.0.1', port: 0, settings })).port);
  const second = server();
  await expect(listen(second, { host: '127.0.0.1', port, settings })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: `Port ${port} on 127.0.0.1 is in use. Stop the program that has it, or choose another port with TRELLIS_PORT.`,
  });
  await closeHttpServer(second);
  await closeHttpServer(first);
});

test('an address of another machine is refused with the setting to correct', async () => {
  // 192.0.2.0/24 is for documentation (RFC 5737): no machine has it.
  const one = server();
  await expect(listen(one, { host: '192.0.2.1', port: 0, settings })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: '"192.0.2.1" is no address of this machine. Correct TRELLIS_HOST.',
  });
  await closeHttpServer(one);
});
