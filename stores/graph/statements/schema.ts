/**
 * The shape of the graph: labels, their properties, and what joins them. Every statement keeps to it.
 *
 *     (:Collection {id, tenant, name, description, createdAt, claim})
 *                    claim: of the call that made it, where it was made on its own
 *     (:Document   {id, tenant, collectionId, key, title, mediaType, metadata: JSON text, status, contentHash,
 *                   textHash, versionHash, createdAt, updatedAt, submissions, applied, knowledge: JSON text, pseudonyms,
 *                   sealedWith, sealedUnder: JSON text})
 *                    submissions: how many there were; applied: which of them the present version came from;
 *                    knowledge: what the caller gave with that one, absent for none;
 *                    pseudonyms: what stands behind them, sealed; sealedWith: id of the key that its bytes are sealed with;
 *                    sealedUnder: what the policy decides that its text was made under
 *     (:Chunk      {id, tenant, collectionId, documentId, index, text, start, end, headings: [text], page, digest, base})
 *                    digest: of all that was found in it; base: of that without what a model found
 *     (:Entity     {id, tenant, key, name, type, description})
 *     (:Name       {id, tenant, key, text})                        a spelling by its canonical key, beside an entity's own
 *     (:Relationship {id, tenant, sourceId, targetId, type, description})
 *     (:Job        {id, tenant, collectionId, state, total, batches, done, failed, chunks, entities, createdAt, finishedAt,
 *                   open, grownAt})                          open: still being filled
 *     (:Submission {id, tenant, jobId, batch, position, documentId, collectionId, key, title, mediaType,
 *                   metadata: JSON text, knowledge: JSON text, contentHash, versionHash, submittedAt, sealedWith,
 *                   sealedUnder: JSON text, sequence, archiveId, movedFrom, movedVersion, state, step, code, message,
 *                   failedAt})                               a raw document waiting to be indexed, or why it failed
 *                    sealedUnder: what the policy decided then; movedFrom, movedVersion: the document that it replaces
 *     (:IndexState {id, value})                              how many index changes the graph has committed, and how
 *                   often removals were done late
 *     (:Removal    {id, tenant, kind, target})                what left the graph and may still be in other stores
 *     (:Move       {id, source, revision, step, after})      how far a move into this graph is
 *     (:ApiKey {id, tenant, name, kind, scopes: [text], collections: [name], requestsPerMinute, costPerMinute, createdAt,
 *               createdBy, expiresAt, lastUsedAt, rotatedAt, previousUntil, revokedAt, hash, previousHash, madeWith})
 *                    hash: keyed, of the secret; previousHash: of the one before the last rotation; madeWith: names the key
 *     (:User {id, tenant, name, login, roles: [name], passwordHash, createdAt, createdBy, passwordChangedAt, lastSignInAt,
 *             disabledAt, claim})
 *                    login: the name in its canonical form; passwordHash: PHC string; claim: of the call that made it
 *     (:Role {id, tenant, name, scopes: [text], createdAt, createdBy, claim})   beside those that every tenant has
 *     (:Session {id, tenant, userId, hash, createdAt, refreshedAt, expiresAt, endedAt})
 *                    hash: keyed, of the refresh token that is good for it now
 *     (:AuditEntry {id, tenant, bucket, at, segment, sequence, previous, hash, actor, apiKey, address, action,
 *                   targets: [text], outcome, code, detail, requestId, times})
 *                    bucket: day and tenant; previous: the hash of the entry before it in the segment
 *     (:AuditSegment {id, startedAt, links: JSON text, sequence, hash, prunedTo, prunedHash})
 *                    where a chain of entries stands; it has one writer
 *     (:Reembedding {id, phase, fromIndex, toIndex, fromFingerprint, fromDimensions, toFingerprint, toDimensions,
 *                   after, done, total, refused, problem, startedAt, switchedAt, finishedAt})
 *                    of the whole installation, the last one; after: the last document that the new index has
 *     (:DataMigration {id, number, name, checksum, state, after, done, total, problem, startedAt, finishedAt})
 *                    a change of stored data that a version brought; after: the last node that it has looked at
 *     (:RetentionPolicy {id, tenant, name, selection: JSON text, days, action, createdAt, createdBy,
 *                   lastRunAt, deleted, archived})
 *     (:LegalHold {id, tenant, name, selection: JSON text, reason, createdAt, createdBy})
 *     (:Erasure {id, tenant, at, erasedBy, reason, documentIds: [id], subjects: [id]})   what a restore has to erase again:
 *                    subjects: ids that entities and names of whom it was for have, or would have
 *     (:PersonalDataPolicy {id, tenant, collectionId, rules: JSON text, confidenceMin, generalisation: JSON text, updatedAt,
 *                   updatedBy})
 *     (:PrivacyTreatment {id, tenant, state, requestedAt, report: JSON text})   how far a policy is applied to what is there
 *                    collectionId: absent for all collections without a policy of their own
 *     (:TenantKey {id, tenant, createdAt, destroyedAt, destroyedBy})   that a tenant has or had a key, and nothing of it
 *     (:ArchivedDocument {id, tenant, state, documentId, collectionId, collection, key, title, mediaType,
 *                   metadata: JSON text, contentHash, bytes, createdAt, updatedAt, archivedAt, archivedBy, reason, jobId,
 *                   broughtBackAt, speaksOf: [id]})                 what lies, sealed, where backups are kept
 *     (:Consistency {id, tenant, state, report: JSON text})   the last check of the whole (no tenant), or of a tenant's part
 *     (:Restore {id, tenant, state, after, report: JSON text})   of a tenant or a collection, among what runs;
 *                    after: the last document that it has looked at
 *     (:Lease {id, holder, token, beat, asked})              who of several processes may do what one may do at a time
 *
 *     (:Chunk)-[:MENTIONS {about, value, type, description, places: JSON text, unplaced: JSON text,
 *                   keys: [text]}]->(:Entity)
 *                    places: where the text spells the entity, absent where it does not;
 *                    unplaced: what the chunk calls the entity beside that, name and other spellings, absent for none;
 *                    type, description: what this chunk says of it, from which the entity's own are derived;
 *                    keys: of every spelling beside the entity's own name that this mention supports;
 *                    about: true when the document is named after the entity, absent otherwise
 *                    value: true when it is only the end of a statement here, and not named as an entity, absent otherwise
 *     (:Chunk)-[:STATES {description}]->(:Relationship)            the evidence
 *     (:Entity)-[:RELATES {id, type}]->(:Entity)                   the same relationship as an edge to walk
 *     (:Name)-[:NAMES {reason}]->(:Entity)
 *
 * Beside them, of the server and of no namespace: `Serving` (`serving.ts`).
 *
 * A chunk belongs to its document by `documentId` (indexed), not by an edge: no document becomes a hub.
 * A chunk exists in the graph exactly when it may be found: a document's chunks, mentions and relationships
 * appear, change and vanish in one transaction. Counts (degree, weight, documentCount) are counted when
 * read, never stored, so that no count can be wrong. Optional values are absent properties.
 */

/** Every label with the properties that look-ups use; adapters index these before the first write. */
export const INDEXES = {
  Collection: ['id', 'tenant'],
  Document: ['id', 'collectionId', 'tenant', 'contentHash', 'textHash'],
  Chunk: ['id', 'documentId', 'collectionId'],
  Entity: ['id', 'tenant'],
  Name: ['id'],
  Relationship: ['id'],
  Job: ['id', 'state', 'tenant'],
  Submission: ['id', 'batch', 'jobId', 'documentId', 'contentHash', 'state'],
  IndexState: ['id'],
  Removal: ['id'],
  Move: ['id'],
  ApiKey: ['id', 'tenant'],
  User: ['id', 'tenant'],
  Role: ['id', 'tenant'],
  Session: ['id', 'userId'],
  AuditEntry: ['id', 'bucket', 'segment'],
  AuditSegment: ['id', 'startedAt'],
  Reembedding: ['id'],
  DataMigration: ['id'],
  RetentionPolicy: ['id', 'tenant'],
  LegalHold: ['id', 'tenant'],
  Erasure: ['id'],
  PersonalDataPolicy: ['id', 'tenant'],
  TenantKey: ['id', 'tenant'],
  PrivacyTreatment: ['id', 'tenant', 'state'],
  ArchivedDocument: ['id', 'tenant', 'state', 'documentId'],
  Consistency: ['id'],
  Restore: ['id'],
  Lease: ['id'],
} as const;
