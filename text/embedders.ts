/**
 * The embedders that are configured: the one that is wanted, and those that can still read what was embedded before.
 * Whose vectors an index holds decides which of them speaks with it.
 */

import { type EmbedderIdentity, embedderName, isSameEmbedder } from '../model/embedding.ts';
import { Problem } from '../platform/errors.ts';
import type { Embedder } from './embedder.ts';

export interface Embedders {
  /** Opens the wanted one and gives its identity; the others are opened when an index asks for them. */
  open(): Promise<EmbedderIdentity>;
  /** Of the one that is wanted, once it is open. */
  wanted(): EmbedderIdentity;
  /**
   * Who makes such vectors; null when none here does. Rejects with the reason when one that might cannot be reached.
   */
  of(identity: EmbedderIdentity | null): Promise<Embedder | null>;
  close(): Promise<void>;
}

interface Opened {
  readonly embedder: Embedder;
  readonly identity: EmbedderIdentity;
}

/** `others` in the order in which they are asked. */
export function createEmbedders(wanted: Embedder, others: readonly Embedder[] = []): Embedders {
  const opening = new Map<Embedder, Promise<Opened>>();
  let own: Opened | null = null;

  /** Once; one that could not be opened is tried again by whoever asks next. */
  const open = (embedder: Embedder): Promise<Opened> => {
    const opened =
      opening.get(embedder) ?? embedder.open().then((identity): Opened => ({ embedder, identity }));
    opening.set(embedder, opened);
    opened.catch(() => opening.delete(embedder));
    return opened;
  };
  const openWanted = async () => {
    own = await open(wanted);
    return own.identity;
  };

  return {
    open: openWanted,
    wanted: () => {
      if (own === null)
        throw new Problem('UNAVAILABLE', 'The embedder is not open. Try again once Trellis has started.');
      return own.identity;
    },
    of: async (identity) => {
      if (identity === null) return null;
      let failure: unknown = null;
      for (const embedder of [wanted, ...others]) {
        try {
          const opened = await open(embedder);
          if (isSameEmbedder(opened.identity, identity)) return embedder;
        } catch (error) {
          failure = error;
        }
      }
      if (failure !== null) throw failure;
      return null;
    },
    close: async () => {
      await Promise.all([wanted, ...others].map((embedder) => embedder.close()));
    },
  };
}

/** Why an index cannot be asked by its vectors here, and what to do. */
export function embedderMissing(identity: EmbedderIdentity, wanted: EmbedderIdentity): Problem {
  return new Problem(
    'EMBEDDER_MISMATCH',
    `The vectors were made by ${embedderName(identity)}, and ${embedderName(wanted)} is configured. Re-embed with the mutation "reembed"; until that is done, TRELLIS_PREVIOUS_EMBEDDER and its companions may name the one before.`,
  );
}
