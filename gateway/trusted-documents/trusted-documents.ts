/**
 * Operations that the operator has listed. A client may send the id of one in place of its text; where only listed ones
 * are taken, any other text is refused. Text is what is compared, so that no way of sending it is a way around.
 */

import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { isAllowed, type Principal } from '../../model/principal.ts';
import { badInput, Problem, toProblem } from '../../platform/errors.ts';
import type { HealthReport } from '../../platform/health.ts';
import type { Log } from '../../platform/log.ts';
import { knownOf, type Refusals } from '../credentials/refusals.ts';
import { type Manifest, readManifest } from './manifest.ts';

/** `prefer`: ids of listed operations are taken beside any text. `only`: nothing else is. */
export type TrustedDocumentsMode = 'off' | 'prefer' | 'only';

export interface TrustedDocumentsOptions {
  readonly mode: TrustedDocumentsMode;
  /** The file of the list; none where the mode is `off`. */
  readonly file: string | undefined;
  /** Null where nobody keeps them. */
  readonly refusals: Refusals | null;
  readonly log: Log;
}

/** Who sends a text. */
export interface Sender {
  readonly principal: Principal | null;
  readonly address: string;
  readonly requestId: string;
  readonly request?: IncomingMessage | undefined;
}

/** What a client asks, in whichever way it names a document. */
export interface Asked {
  readonly query?: unknown;
  readonly documentId?: unknown;
  readonly doc_id?: unknown;
  readonly extensions?: unknown;
}

export interface TrustedDocuments {
  /** Reads the list. Rejects with BAD_INPUT where there is none to be read. */
  open(): Promise<void>;
  /** What was asked, with the text of the document that it names. Throws NOT_FOUND for an id that is not listed. */
  withText<Request extends Asked>(asked: Request): Request;
  /** Throws FORBIDDEN for a text that the sender may not send. What signs somebody in may be sent by anybody. */
  check(text: unknown, sender: Sender): void;
  health(): readonly HealthReport[];
  close(): void;
}

/** How often the file is looked at, in ms. */
const LOOK_EVERY_MS = 1_000;
const ID_CHARS_MAX = 200;
const NONE: Manifest = { byId: new Map(), texts: new Set() };

export function createTrustedDocuments(options: TrustedDocumentsOptions): TrustedDocuments {
  const { mode, file, refusals, log } = options;
  if (mode === 'off' || file === undefined) return NOTHING_LISTED;
  let manifest = NONE;
  let problem: Problem | null = null;
  const load = async (): Promise<void> => {
    manifest = readManifest(await readText(file));
    problem = null;
  };
  const reload = async (): Promise<void> => {
    try {
      await load();
      log.info({ file, documents: manifest.byId.size }, 'The list of trusted documents was read again.');
    } catch (error) {
      problem = toProblem(error);
      log.error({ file, error }, 'The new list of trusted documents is refused; the one before it stays.');
    }
  };
  const look = () => void reload();
  return {
    open: async () => {
      await load();
      watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, look);
    },
    withText: (asked) => {
      const id = idIn(asked);
      if (id === null) return asked;
      const text = manifest.byId.get(id) ?? manifest.byId.get(id.replace(/^sha256:/, ''));
      const isGiven = asked.query !== undefined && asked.query !== null && asked.query !== '';
      if (text === undefined) {
        // The text itself decides; an id of ours it is not.
        if (isGiven) return asked;
        throw unlisted(id);
      }
      if (isGiven && asked.query !== text)
        throw badInput('query', `is not the text of the document "${id}". Send one of the two.`);
      const { documentId: _, doc_id: __, extensions, ...rest } = asked;
      return { ...rest, query: text, ...withoutPersistedQuery(extensions) } as typeof asked;
    },
    check: (text, { principal, address, requestId, request }) => {
      if (mode !== 'only' || typeof text !== 'string' || manifest.texts.has(text)) return;
      if (principal !== null && (principal.isAnonymous || isAllowed(principal, 'operations:any'))) return;
      const refused = onlyListed();
      const about = { address, action: 'operate', problem: refused, requestId, request };
      refusals?.note({ ...knownOf(principal), ...about });
      throw refused;
    },
    health: () => [stateOf(problem)],
    close: () => unwatchFile(file, look),
  };
}

const NOTHING_LISTED: TrustedDocuments = {
  open: async () => undefined,
  withText: (asked) => asked,
  check: () => undefined,
  health: () => [],
  close: () => undefined,
};

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const detail = `The list of trusted documents cannot be read (${code}). See TRELLIS_TRUSTED_DOCUMENTS_FILE.`;
    throw new Problem('BAD_INPUT', detail, { cause });
  }
}

/** As GraphQL over HTTP, Relay and Apollo's clients say it. */
function idIn({ documentId, doc_id: relay, extensions }: Asked): string | null {
  const { persistedQuery } = (isRecord(extensions) ? extensions : {}) as {
    readonly persistedQuery?: unknown;
  };
  const { sha256Hash } = (isRecord(persistedQuery) ? persistedQuery : {}) as {
    readonly sha256Hash?: unknown;
  };
  const given = [documentId, relay, sha256Hash, persistedQuery].find((id) => typeof id === 'string');
  return typeof given === 'string' ? given.slice(0, ID_CHARS_MAX) : null;
}

function withoutPersistedQuery(extensions: unknown): { readonly extensions?: unknown } {
  if (!isRecord(extensions)) return {};
  const { persistedQuery: _, ...others } = extensions as Readonly<Record<string, unknown>>;
  return { extensions: others };
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unlisted(id: string): Problem {
  const detail = `There is no trusted document "${id}". Have it added to the list of this server, or send one that is in it.`;
  return new Problem('NOT_FOUND', detail);
}

function onlyListed(): Problem {
  const detail =
    'Only listed operations are taken here, and this is none. Have it added to the list of trusted documents and send its id as "documentId"; other operations take the scope "operations:any".';
  return new Problem('FORBIDDEN', detail);
}

function stateOf(problem: Problem | null): HealthReport {
  const about = { name: 'trusted documents', engine: 'file', latencyMs: 0 } as const;
  if (problem === null) return { ...about, state: 'UP' };
  return { ...about, state: 'DEGRADED', detail: `The new list is refused: ${problem.message}` };
}
