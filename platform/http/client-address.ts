/** Where a request came from: the connection's other end, or what proxies that are trusted say of the client. */

import type { IncomingMessage } from 'node:http';
import proxyAddress from '@fastify/proxy-addr';

/** Longest address that is kept, in characters: IPv6 with a zone. */
const ADDRESS_CHARS_MAX = 60;

/** `trusted`: addresses and networks of proxies, as `10.0.0.0/8` or `loopback`. */
export function createAddressOf(trusted: readonly string[]): (request: IncomingMessage) => string {
  const trust = trusted.length === 0 ? () => false : proxyAddress.compile([...trusted]);
  return (request) => {
    const address = proxyAddress(request, trust) ?? '';
    return address.replace(/^::ffff:(?=\d+\.)/, '').slice(0, ADDRESS_CHARS_MAX);
  };
}

/** Whether each can be trusted as it is written. */
export function areAddresses(entries: readonly string[]): boolean {
  try {
    proxyAddress.compile([...entries]);
    return true;
  } catch {
    return false;
  }
}
