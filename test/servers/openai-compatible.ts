/**
 * An OpenAI-compatible HTTP server for tests: embeddings that are really computed (by the lexical embedder) and
 * chat completions as scripted, whole or streamed, with usage numbers. It can be told to misbehave as real
 * endpoints do.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { createLexicalEmbedder } from '../../text/embedders/lexical.ts';

/** What happens to one request instead of service. `alter` serves, and then changes the JSON that is sent. */
export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly message?: string;
    }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'alter'; change(answer: unknown): unknown };

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly response_format?: {
    readonly type: string;
    readonly json_schema?: {
      readonly name: string;
      readonly strict?: boolean;
      readonly schema: Readonly<Record<string, unknown>>;
    };
  };
}

export interface ChatReply {
  readonly content: string;
  /** Usage as reported; by default a token for every four characters. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** `length` by default where the content exceeds the tokens asked for, which then cut it; else `stop`. */
  readonly finishReason?: string;
  /** Asked before each piece of a streamed reply, with what was sent so far: waits, or breaks the stream off. */
  readonly onPiece?: (sent: string) => Promise<void> | 'break off' | undefined;
  /** The model declines: `message.refusal` instead of content. */
  readonly refusal?: string;
}

export type ChatScript = string | ChatReply | ((request: ChatRequest) => string | ChatReply);

export interface ReceivedRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

export interface OpenAiServer {
  /** Base URL, ending in `/v1`. */
  readonly url: string;
  /** Every request so far, the failed ones included. */
  readonly requests: readonly ReceivedRequest[];
  /** The most requests that were under way at once. */
  readonly concurrencyMax: number;
  /** The next requests meet these, one each in order; then service goes on. */
  fail(...faults: readonly Fault[]): void;
  /** The next chat completions say these, one each in order; after the last, it goes on saying the last. */
  reply(...scripts: readonly ChatScript[]): void;
  close(): Promise<void>;
}

const CHARS_PER_TOKEN = 4;
/** Characters of one event of a streamed reply. */
const STREAMED_CHARS = 12;

export async function startOpenAiServer(options: { readonly apiKey?: string } = {}): Promise<OpenAiServer> {
  const requests: ReceivedRequest[] = [];
  const faults: Fault[] = [];
  const scripts: ChatScript[] = [];
  let underWay = 0;
  let concurrencyMax = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    const body: unknown = await json(request).catch(() => null);
    requests.push({ path, authorization: request.headers.authorization, body });
    const fault = faults.shift();
    if (fault !== undefined && fault.kind !== 'alter') return misbehave(response, fault);
    if (options.apiKey !== undefined && request.headers.authorization !== `Bearer ${options.apiKey}`)
      return sendError(response, 401, 'Incorrect API key provided.');
    const change = fault?.change ?? ((value: unknown) => value);
    if (path === '/v1/embeddings') return sendJson(response, change(await embeddings(body)));
    if (path !== '/v1/chat/completions') return sendError(response, 404, `Unknown request URL: ${path}`);
    const script = scripts.length > 1 ? scripts.shift() : scripts[0];
    if (script === undefined) return sendError(response, 500, 'No reply is scripted.');
    return sendChat(response, body as ChatRequest, script, change);
  };

  const server = createServer(async (request, response) => {
    concurrencyMax = Math.max(concurrencyMax, ++underWay);
    response.on('close', () => underWay--);
    await answer(request, response).catch((error: unknown) => sendError(response, 400, String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    get concurrencyMax() {
      return concurrencyMax;
    },
    fail: (...more) => void faults.push(...more),
    reply: (...more) => void scripts.splice(0, scripts.length, ...more),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

const embedder = createLexicalEmbedder();

async function embeddings(body: unknown) {
  const { input, model } = body as { input: string | readonly string[]; model: string };
  const texts = typeof input === 'string' ? [input] : input;
  const vectors = await embedder.embed(texts, 'passage');
  const tokens = tokensOf(texts.join(''));
  return {
    object: 'list',
    model,
    data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: [...vector] })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

function sendChat(
  response: ServerResponse,
  request: ChatRequest,
  script: ChatScript,
  change: (answer: unknown) => unknown,
): Promise<void> | void {
  const said = typeof script === 'function' ? script(request) : script;
  const reply = finished(request, typeof said === 'string' ? { content: said } : said);
  if (request.stream === true) return streamChat(response, request, reply);
  const { content, refusal, finishReason, usage } = reply;
  const message =
    refusal === null ? { role: 'assistant', content } : { role: 'assistant', content: null, refusal };
  const choices = [{ index: 0, message, finish_reason: finishReason }];
  sendJson(response, change({ ...chatHead(request, 'chat.completion'), choices, usage }));
}

/** Server-sent events as the API sends them: the content in pieces, the finish reason, usage where asked, `[DONE]`. */
async function streamChat(
  response: ServerResponse,
  request: ChatRequest,
  reply: FinishedReply,
): Promise<void> {
  const head = chatHead(request, 'chat.completion.chunk');
  const send = (event: unknown) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  const sendDelta = (delta: unknown, finish_reason: string | null = null) =>
    send({ ...head, choices: [{ index: 0, delta, finish_reason }] });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  sendDelta({ role: 'assistant', content: '' });
  for (let at = 0; at < reply.content.length; at += STREAMED_CHARS) {
    const told = reply.onPiece?.(reply.content.slice(0, at));
    if (told === 'break off') {
      // What was written must have gone out.
      await new Promise((resolve) => response.write(':\n\n', resolve));
      response.destroy();
      return;
    }
    await told;
    sendDelta({ content: reply.content.slice(at, at + STREAMED_CHARS) });
  }
  if (reply.refusal !== null) sendDelta({ refusal: reply.refusal });
  sendDelta({}, reply.finishReason);
  if (request.stream_options?.include_usage === true) send({ ...head, choices: [], usage: reply.usage });
  response.end('data: [DONE]\n\n');
}

type FinishedReply = ReturnType<typeof finished>;

/** The reply within the tokens asked for, with its usage. */
function finished(request: ChatRequest, reply: ChatReply) {
  const charsMax = (request.max_completion_tokens ?? request.max_tokens ?? Infinity) * CHARS_PER_TOKEN;
  const content = reply.content.slice(0, charsMax);
  const cut = content.length < reply.content.length;
  const prompt_tokens = reply.inputTokens ?? tokensOf(request.messages.map((m) => m.content).join(''));
  const completion_tokens = reply.outputTokens ?? tokensOf(content);
  return {
    content,
    refusal: reply.refusal ?? null,
    onPiece: reply.onPiece,
    finishReason: reply.finishReason ?? (cut ? 'length' : 'stop'),
    usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  };
}

function chatHead({ model }: ChatRequest, object: string) {
  return { id: 'chatcmpl-1', object, created: 1_767_225_600, model };
}

function tokensOf(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN);
}

function misbehave(response: ServerResponse, fault: Exclude<Fault, { kind: 'alter' }>): void {
  switch (fault.kind) {
    case 'status':
      for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
      sendError(response, fault.status, fault.message ?? 'Told to fail.');
      return;
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/json' }).end('<html>not JSON');
      return;
    case 'hang':
      return;
    case 'reset':
      response.destroy();
      return;
    case 'cut':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"object":"list","da', () => response.destroy());
      return;
  }
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendError(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { message, type: 'error', code: null } }));
}
