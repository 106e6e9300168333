/** Who may read what in the documents subgraph. */

import type { BoundTable, PermissionTable } from '../subgraph.ts';

export const permissions: PermissionTable = {
  Collection: {
    __entity: 'documents:read',
    id: 'PARENT',
    name: 'PARENT',
    description: 'PARENT',
    documentCount: 'PARENT',
    createdAt: 'PARENT',
  },
  Document: {
    __entity: 'documents:read',
    id: 'PARENT',
    key: 'PARENT',
    title: 'PARENT',
    collection: 'PARENT',
    mediaType: 'PARENT',
    metadata: 'PARENT',
    status: 'PARENT',
    contentHash: 'PARENT',
    text: 'PARENT',
    createdAt: 'PARENT',
    updatedAt: 'PARENT',
    chunks: 'PARENT',
  },
  Chunk: {
    __entity: 'documents:read',
    id: 'PARENT',
    document: 'PARENT',
    index: 'PARENT',
    text: 'PARENT',
    start: 'PARENT',
    end: 'PARENT',
    headings: 'PARENT',
    page: 'PARENT',
  },
  CollectionConnection: {
    edges: 'PARENT',
    nodes: 'PARENT',
    pageInfo: 'PARENT',
  },
  CollectionEdge: {
    cursor: 'PARENT',
    node: 'PARENT',
  },
  DocumentConnection: {
    edges: 'PARENT',
    nodes: 'PARENT',
    pageInfo: 'PARENT',
  },
  DocumentEdge: {
    cursor: 'PARENT',
    node: 'PARENT',
  },
  ChunkConnection: {
    edges: 'PARENT',
    nodes: 'PARENT',
    pageInfo: 'PARENT',
  },
  ChunkEdge: {
    cursor: 'PARENT',
    node: 'PARENT',
  },
  IngestionJob: {
    __entity: 'documents:read',
    id: 'PARENT',
    collection: 'PARENT',
    state: 'PARENT',
    progress: 'PARENT',
    failures: 'PARENT',
    createdAt: 'PARENT',
    finishedAt: 'PARENT',
  },
  JobProgress: {
    documentsDone: 'PARENT',
    documentsTotal: 'PARENT',
    step: 'PARENT',
    chunks: 'PARENT',
    entities: 'PARENT',
  },
  IngestionFailure: {
    documentId: 'PARENT',
    key: 'PARENT',
    title: 'PARENT',
    step: 'PARENT',
    code: 'PARENT',
    message: 'PARENT',
  },
  CreateCollectionPayload: {
    collection: 'PARENT',
  },
  IngestDocumentsPayload: {
    job: 'PARENT',
    accepted: 'PARENT',
    rejected: 'PARENT',
  },
  AcceptedDocument: {
    index: 'PARENT',
    documentId: 'PARENT',
    outcome: 'PARENT',
  },
  RejectedDocument: {
    index: 'PARENT',
    key: 'PARENT',
    code: 'PARENT',
    message: 'PARENT',
    errors: 'PARENT',
  },
  FieldProblem: {
    field: 'PARENT',
    message: 'PARENT',
  },
  IngestionPlan: {
    documents: 'PARENT',
    rejected: 'PARENT',
    newDocuments: 'PARENT',
    changedDocuments: 'PARENT',
    unchangedDocuments: 'PARENT',
    chunks: 'PARENT',
    modelCalls: 'PARENT',
  },
  PlannedDocument: {
    index: 'PARENT',
    documentId: 'PARENT',
    outcome: 'PARENT',
    chunks: 'PARENT',
  },
  CancelIngestionPayload: {
    job: 'PARENT',
  },
  DeletionReceipt: {
    documentIds: 'PARENT',
    notFound: 'PARENT',
    chunks: 'PARENT',
    mentions: 'PARENT',
    statements: 'PARENT',
    relationships: 'PARENT',
    entities: 'PARENT',
    names: 'PARENT',
    vectors: 'PARENT',
    postings: 'PARENT',
    contents: 'PARENT',
  },
  Query: {
    document: 'documents:read',
    documents: 'documents:read',
    collection: 'documents:read',
    collections: 'documents:read',
    ingestionJob: 'documents:read',
  },
  Mutation: {
    createCollection: 'documents:write',
    planIngestion: 'documents:write',
    ingestDocuments: 'documents:write',
    cancelIngestion: 'documents:write',
    deleteDocuments: 'documents:write',
  },
  Subscription: {
    ingestionJob: 'documents:read',
  },
};

const everyField = (types: readonly string[]): BoundTable =>
  Object.fromEntries(types.map((type) => [type, Object.keys(permissions[type] ?? {})]));

/**
 * Everything here lies in one collection. What a deletion took from the tenant's knowledge and contents would tell
 * whether other collections still hold the same, so a bound principal does not hear it; and it makes no collections.
 */
export const bounded: BoundTable = {
  ...everyField(Object.keys(permissions).filter((type) => type !== 'CreateCollectionPayload')),
  DeletionReceipt: ['documentIds', 'notFound', 'chunks', 'mentions', 'statements', 'vectors', 'postings'],
  Mutation: ['planIngestion', 'ingestDocuments', 'cancelIngestion', 'deleteDocuments'],
};
