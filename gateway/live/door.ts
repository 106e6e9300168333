/** Who asks for a WebSocket and does not get one: what is answered on the bare line, and what the audit log hears of it. */

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from '../../platform/errors.ts';
import type { LiveTools } from './subscribe.ts';

/** Connections to this process. */
const CONNECTIONS_MAX = 2_000;

export interface DoorOptions {
  readonly tools: Pick<LiveTools, 'authenticator' | 'refusals'>;
  readonly isAllowedOrigin: (origin: string | undefined, host: string | undefined) => boolean;
  /** How many connections there are. */
  readonly count: () => number;
}

/** What a line is answered, with the problem where that is a refusal. */
interface TurnedAway {
  readonly status: string;
  readonly problem: Problem | null;
}

/** Whether the request may become a WebSocket; where not, it has been answered. */
export function createDoor(options: DoorOptions): (request: IncomingMessage, socket: Duplex) => boolean {
  const { authenticator, refusals } = options.tools;
  return (request, socket) => {
    const away = turnedAway(options, request);
    if (away === null) return true;
    const { status, problem } = away;
    const { address } = authenticator.credentialsOf(request);
    if (problem !== null) refusals?.note({ address, action: 'connect', problem });
    answer(socket, status);
    return false;
  };
}

function turnedAway(
  { isAllowedOrigin, count }: DoorOptions,
  { url, headers }: IncomingMessage,
): TurnedAway | null {
  if (url?.split('?', 1)[0] !== '/graphql') return { status: '404 Not Found', problem: null };
  if (!isAllowedOrigin(headers.origin, headers.host)) return FOREIGN;
  return count() < CONNECTIONS_MAX ? null : FULL;
}

const FOREIGN: TurnedAway = {
  status: '403 Forbidden',
  problem: new Problem('FORBIDDEN', 'A web page of another origin asked for a WebSocket.'),
};

const FULL: TurnedAway = {
  status: '503 Service Unavailable',
  problem: new Problem(
    'UNAVAILABLE',
    `This gateway has ${CONNECTIONS_MAX} WebSockets open, which is the limit. Close some, or start another gateway.`,
  ),
};

/** From here on nobody else listens to the bare socket: a client that resets it must not end the process. */
function answer(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
}
