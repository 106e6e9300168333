/** Requests that Node's HTTP parser refuses before any route sees them. */

import type { Socket } from 'node:net';
import { Problem, problemDetails } from '../errors.ts';
import type { OnRefused } from './refused-requests.ts';

interface ParserError extends Error {
  readonly code?: string;
}

/** What is too large is refused; what is no HTTP is a mistake, or noise. */
export function createUnreadableAnswer(onRefused: OnRefused | undefined) {
  return (error: ParserError, socket: Socket): void => {
    if (error.code === TOO_LARGE && onRefused !== undefined) {
      const { code, message: detail } = problemOf(error);
      onRefused({ request: null, socket, action: 'HTTP', code, detail, requestId: null });
    }
    answerUnreadable(error, socket);
  };
}

const TOO_LARGE = 'HPE_HEADER_OVERFLOW';

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
