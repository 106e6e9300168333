/** Where a restore goes: the engines that are configured, in a namespace of their own. */

import type { EmbedderIdentity } from '../../../model/embedding.ts';
import type { Namespace } from '../../../model/namespace.ts';
import type { OpenedInstallation } from '../restore-beside.ts';
import type { Kept } from './records.ts';

export interface Place {
  readonly namespace: Namespace;
  /** Whose vectors it has; null as it says itself. */
  readonly embedder: EmbedderIdentity | null;
}

/**
 * Opens them; makes them where there are none. They are written to only while the restore stands as it does: a process that
 * was taken for dead, and still restores, changes nothing.
 */
export type OpenPlace = (kept: Kept, place: Place) => Promise<OpenedInstallation>;

/** Removes what a namespace has in every engine. Cut off, it goes on when it is asked for again. */
export type DropPlace = (namespace: Namespace, signal: AbortSignal) => Promise<void>;

/** Every namespace of which an engine has anything. */
export type ListPlaces = (signal: AbortSignal) => Promise<readonly Namespace[]>;
