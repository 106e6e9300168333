/** How the command line talks to a running Trellis: GraphQL and the upload route, with problems as errors. */

import { type FieldError, PROBLEMS, Problem, type ProblemCode } from '../platform/errors.ts';

export interface Client {
  readonly url: string;
  /** Runs an operation; rejects with the first `Problem` it reports when there is no data to show. */
  run<Data>(operation: string, variables?: Readonly<Record<string, unknown>>): Promise<Data>;
  /** Streams a file to `POST /ingest`. */
  upload(
    query: Readonly<Record<string, string>>,
    mediaType: string,
    body: ReadableStream<Uint8Array>,
  ): Promise<UploadReceipt>;
}

export interface UploadReceipt {
  readonly jobId: string | null;
  readonly accepted: number;
  readonly rejected: readonly { readonly message: string }[];
}

export function createClient(options: { readonly url: string; readonly token: string }): Client {
  const authorization = `Bearer ${options.token}`;
  return {
    url: options.url,
    run: async <Data>(operation: string, variables = {}) => {
      const response = await reach(options.url, '/graphql', {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ query: operation, variables }),
      });
      return readGraphql<Data>(response);
    },
    upload: async (query, mediaType, body) => {
      const response = await reach(options.url, `/ingest?${new URLSearchParams(query)}`, {
        method: 'POST',
        headers: { authorization, 'content-type': mediaType },
        body,
        duplex: 'half',
      });
      const answer: unknown = await response.json();
      if (!response.ok) throw problemFrom(answer, response.status);
      return answer as UploadReceipt;
    },
  };
}

async function reach(url: string, path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(new URL(path, url), request);
  } catch (cause) {
    throw new Problem(
      'UNAVAILABLE',
      `Nothing answers at ${url}. Start Trellis with "npm start", or say where it runs with --url or TRELLIS_URL.`,
      { cause },
    );
  }
}

interface GraphqlAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: unknown }[];
}

async function readGraphql<Data>(response: Response): Promise<Data> {
  const answer = (await response.json()) as GraphqlAnswer<Data>;
  const [error] = answer.errors ?? [];
  if (error !== undefined)
    throw problemFrom({ detail: error.message, ...asRecord(error.extensions) }, response.status);
  if (answer.data === null || answer.data === undefined) throw problemFrom(answer, response.status);
  return answer.data;
}

/** A problem as it was sent; one that is not ours keeps its status and text. */
function problemFrom(sent: unknown, status: number): Problem {
  const { code, detail, errors } = asRecord(sent);
  const known = typeof code === 'string' && code in PROBLEMS ? (code as ProblemCode) : 'UNAVAILABLE';
  return new Problem(
    known,
    typeof detail === 'string' ? detail : `The server answered with status ${status}.`,
    {
      errors: Array.isArray(errors) ? (errors as readonly FieldError[]) : [],
    },
  );
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
