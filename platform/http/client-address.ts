/**
 * Where a request came from: the connection's other end, or what proxies that are trusted say of the client, where that
 * is an address.
 */

import type { IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import proxyAddress from '@fastify/proxy-addr';

/** `trusted`: addresses and networks of proxies, as `10.0.0.0/8` or `loopback`. */
export function createAddressOf(trusted: readonly string[]): (request: IncomingMessage) => string {
  const trust = trusted.length === 0 ? () => false : proxyAddress.compile([...trusted]);
  return (request) => {
    const address = withoutPort(proxyAddress(request, trust) ?? '');
    const known = isIP(address) === 0 ? (request.socket.remoteAddress ?? '') : address;
    return withoutMapping(known);
  };
}

/** The other end of a line on which no request could be read. */
export function addressOfLine({ remoteAddress = '' }: Pick<Socket, 'remoteAddress'>): string {
  return withoutMapping(remoteAddress);
}

/** What listens to IPv6 and IPv4 at once has the one written as the other. */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

/** Some proxies write the client's port behind its address, which is another one for each connection. */
function withoutPort(address: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1] ?? address.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
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
