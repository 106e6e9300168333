/** How the command line talks to a running Trellis: GraphQL and the upload route, with problems as errors. */

import { type FieldError, PROBLEMS, Problem, type ProblemCode } from '../platform/errors.ts';

export interface Client {
  readonly url: string;
  /** Runs an operation; rejects with the first `Problem` it reports when there is no data to show. */
  run<Data>(
    operation: string,
    variables?: Readonly<Record<string, unknown>>,
    options?: RunOptions,
  ): Promise<Data>;
  /** Streams a file to `POST /ingest`. */
  upload(
    query: Readonly<Record<string, string>>,
    mediaType: string,
    body: ReadableStream<Uint8Array>,
  ): Promise<UploadReceipt>;
}

export interface RunOptions {
  /**
   * Not ended by Ctrl-C: for what takes back what a command has begun, and for what begins it, or nobody would know what
   * there is to take back.
   */
  readonly despiteStop?: boolean;
}

export interface UploadReceipt {
  readonly jobId: string | null;
  readonly accepted: number;
  readonly unchanged: number;
  /** All that were refused; `rejected` shows the first of them. */
  readonly rejectedCount: number;
  readonly rejected: readonly { readonly message: string }[];
}

export interface ClientOptions {
  /** Where Trellis runs, with or without `/graphql` behind it. */
  readonly url: string;
  /** Null for what asks for none. */
  readonly token: string | null;
  /** Ends whatever is under way. */
  readonly signal?: AbortSignal | undefined;
}

export function createClient({ url, token, signal }: ClientOptions): Client {
  const base = baseOf(url);
  const send = (
    path: string,
    mediaType: string,
    body: string | ReadableStream<Uint8Array>,
    { despiteStop = false }: RunOptions = {},
  ) =>
    reach(base, path, {
      method: 'POST',
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        'content-type': mediaType,
      },
      body,
      duplex: 'half',
      ...(signal === undefined || despiteStop ? {} : { signal }),
    });
  return {
    url: base,
    run: async <Data>(operation: string, variables = {}, options: RunOptions = {}) => {
      const body = JSON.stringify({ query: operation, variables });
      const response = await send('/graphql', 'application/json', body, options);
      return readGraphql<Data>(await readJson(base, response), response.status);
    },
    upload: async (query, mediaType, body) => {
      const response = await send(`/ingest?${new URLSearchParams(query)}`, mediaType, body);
      const answer = await readJson(base, response);
      if (!response.ok) throw problemFrom(answer, response.status);
      return answer as UploadReceipt;
    },
  };
}

/** Behind a proxy Trellis may live under a path, so only what is surely not part of the base is cut off. */
function baseOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new Problem('BAD_INPUT', `"${url}" is not an address. Give one such as http://127.0.0.1:4000.`);
  }
  return url.replace(/\/+$/, '').replace(/\/graphql$/, '');
}

async function reach(base: string, path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(`${base}${path}`, request);
  } catch (cause) {
    if (request.signal?.aborted) throw cause;
    throw new Problem(
      'UNAVAILABLE',
      `Nothing answers at ${base}. Start Trellis with "npm start", or say where it runs with --url or TRELLIS_URL.`,
      { cause },
    );
  }
}

async function readJson(base: string, response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new Problem(
      'UNAVAILABLE',
      `What answers at ${base} is not Trellis (status ${response.status}). Say where it runs with --url or TRELLIS_URL.`,
      { cause },
    );
  }
}

interface GraphqlAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: unknown }[];
}

function readGraphql<Data>(sent: unknown, status: number): Data {
  const answer = sent as GraphqlAnswer<Data>;
  const [error] = answer.errors ?? [];
  if (error !== undefined)
    throw problemFrom({ detail: error.message, ...asRecord(error.extensions) }, status);
  if (answer.data === null || answer.data === undefined) throw problemFrom(answer, status);
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
