/** The stores of one installation: what is carried from one to another, and compared. */

import type { ContentStore } from '../../stores/content/content-store.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';

export interface Installation {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly vectors: VectorStore;
}
