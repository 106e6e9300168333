/** Requests that Node's HTTP parser refuses before any route sees them. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Problem, problemDetails } from '../errors.ts';
import type { OnRefused } from './refused-requests.ts';

interface ParserError extends Error {
  readonly code?: string;
}

/** What came last on a line that could be read, and its answer. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface UnreadableRequests {
  /** Node's `clientError`, which comes again with every piece that a client goes on to send. */
  readonly answer: (error: ParserError, socket: Socket) => void;
  /** Watches what is under way on each line. */
  follow(server: FastifyInstance): void;
}

/** What is too large is refused; what is no HTTP is a mistake, or noise. */
export function createUnreadableRequests(onRefused: OnRefused | undefined): UnreadableRequests {
  const latest = new WeakMap<Socket, Exchange>();
  return {
    answer: (error, socket) => {
      if (error.code === TOO_LARGE && onRefused !== undefined) {
        const { code, message: detail } = problemOf(error);
        onRefused({ request: null, socket, action: 'HTTP', code, detail, requestId: null });
      }
      const exchange = latest.get(socket);
      if (exchange === undefined || isNext(exchange, socket)) answerUnreadable(error, socket);
      else endBehind(exchange, socket);
    },
    follow: (server) => {
      server.addHook('onRequest', (request, reply, done) => {
        latest.set(request.raw.socket, { request: request.raw, response: reply.raw });
        done();
      });
    },
  };
}

const TOO_LARGE = 'HPE_HEADER_OVERFLOW';

/** Whether what is written on the line now is taken for the answer to what could not be read. */
function isNext({ request, response }: Exchange, socket: Socket): boolean {
  if (request.complete) return response.writableFinished;
  // Its own body is what cannot be read. Behind other answers it has no line yet.
  return response.socket === socket && !response.headersSent;
}

/** An answer that was asked for arrives whole before the line ends, and one that streams without an end is cut. */
function endBehind({ request, response }: Exchange, socket: Socket): void {
  if (!request.complete || response.headersSent) {
    socket.destroy();
    return;
  }
  response.shouldKeepAlive = false;
  socket.pause();
}

/** Answers on the bare socket, then closes it: what else is on the line cannot be understood. */
function answerUnreadable(error: ParserError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(error);
  const body = JSON.stringify(problemDetails(problem));
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_TEXTS[problem.status] ?? 'Error'}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  431: 'Request Header Fields Too Large',
  504: 'Gateway Timeout',
};

function problemOf({ code }: ParserError): Problem {
  if (code === TOO_LARGE) {
    return new Problem(
      'HEADERS_TOO_LARGE',
      'The request headers are larger than 16 KiB together. Send long operations by POST, in the body.',
    );
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new Problem('TIMEOUT', 'The request did not arrive whole in time. Send it faster, or in parts.');
  }
  return new Problem('BAD_INPUT', 'This is not a well-formed HTTP/1.1 request.');
}
