import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { areAddresses, createAddressOf } from '../../../platform/http/client-address.ts';

function request(remote: string, forwarded?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: remote });
  const message = new IncomingMessage(socket);
  if (forwarded !== undefined) message.headers['x-forwarded-for'] = forwarded;
  return message;
}

test.each([
  ['what a client says of itself is not believed', [], '203.0.113.9', '10.1.1.1', '203.0.113.9'],
  ['a proxy that is trusted says whom it serves', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  [
    'what came before the first that is not trusted is hearsay',
    ['10.0.0.0/8'],
    '10.0.0.1',
    '1.1.1.1, 203.0.113.9',
    '203.0.113.9',
  ],
  ['one that is not trusted speaks for itself', ['10.0.0.0/8'], '192.0.2.7', '203.0.113.9', '192.0.2.7'],
  ['a client’s port is not its address', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.9:51234', '203.0.113.9'],
  ['nor is one of IPv6', ['10.0.0.0/8'], '10.0.0.1', '[2001:db8::9]:51234', '2001:db8::9'],
  ['what is no address is none', ['10.0.0.0/8'], '10.0.0.1', '1.2.3.4", "evil', '10.0.0.1'],
  ['a name that hides one is none', ['10.0.0.0/8'], '10.0.0.1', 'unknown', '10.0.0.1'],
  ['an IPv4 address is one, however the socket has it', [], '::ffff:192.0.2.7', undefined, '192.0.2.7'],
])('%s', (_, trusted, remote, forwarded, address) => {
  expect(createAddressOf(trusted)(request(remote, forwarded))).toBe(address);
});

test('only addresses, networks and their names can be trusted', () => {
  expect(areAddresses(['10.0.0.0/8', '::1', 'loopback'])).toBe(true);
  expect(areAddresses(['proxy.example.com'])).toBe(false);
});
