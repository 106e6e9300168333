/**
 * The shape of the graph: labels, their properties, and what joins them. Every statement keeps to it.
 *
 *     (:Collection {id, tenant, name, description, createdAt})
 *     (:Document   {id, tenant, collectionId, key, title, mediaType, metadata: JSON text, status, contentHash,
 *                   textHash, createdAt, updatedAt})
 *     (:Chunk      {id, tenant, collectionId, documentId, index, text, start, end, headings: [text], page})
 *     (:Entity     {id, tenant, key, name, type, description})
 *     (:Name       {id, tenant, key, text})                        a spelling, by its canonical key
 *     (:Relationship {id, tenant, sourceId, targetId, type, description})
 *     (:Job        {id, tenant, collectionId, state, createdAt, finishedAt, total, …})
 *     (:Submission {id, tenant, jobId, documentId, …})             a raw document waiting to be indexed
 *
 *     (:Chunk)-[:MENTIONS {about, texts, starts, ends, reasons}]->(:Entity)
 *                    parallel lists, one element a place, empty where the text does not spell the entity;
 *                    about: true when the document is named after the entity, absent otherwise
 *     (:Chunk)-[:STATES]->(:Relationship)                          the evidence
 *     (:Entity)-[:RELATES {id, type}]->(:Entity)                   the same relationship as an edge to walk
 *     (:Name)-[:NAMES {reason}]->(:Entity)
 *
 * A chunk belongs to its document by `documentId` (indexed), not by an edge: no document becomes a hub.
 * A chunk exists in the graph exactly when it may be found: a document's chunks, mentions and relationships
 * appear, change and vanish in one transaction. Counts (degree, weight, documentCount) are counted when
 * read, never stored, so that no count can be wrong. Optional values are absent properties.
 */

/** Every label with the properties that look-ups use; adapters index these before the first write. */
export const INDEXES = {
  Collection: ['id', 'tenant'],
  Document: ['id', 'collectionId', 'tenant'],
  Chunk: ['id', 'documentId', 'collectionId'],
  Entity: ['id', 'tenant'],
  Name: ['id'],
  Relationship: ['id'],
  Job: ['id', 'state', 'tenant'],
  Submission: ['id', 'jobId', 'documentId'],
} as const;

export type Label = keyof typeof INDEXES;
