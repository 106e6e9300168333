import { Socket } from 'node:net';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createRefusals } from '../../../gateway/credentials/refusals.ts';

test('whoever sends what is no request is told of by the address that all else of it has', async () => {
  const told: unknown[] = [];
  const refusals = createRefusals({
    ask: async (_query, { refusals }) => {
      told.push(refusals);
      return { data: {} };
    },
    log: pino({ level: 'silent' }),
  });
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: '::ffff:192.0.2.7' });
  const about = { action: 'HTTP', code: 'HEADERS_TOO_LARGE', detail: '', requestId: null };
  refusals.noteAnswer(() => 'of a request')({ request: null, socket, ...about });
  await refusals.close();
  expect(told).toMatchObject([[{ address: '192.0.2.7', code: 'HEADERS_TOO_LARGE', count: 1 }]]);
});
