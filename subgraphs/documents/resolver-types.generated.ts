import type { JsonObject } from '../../model/documents.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Collection as CollectionModel, Chunk as ChunkModel } from '../../model/documents.ts';
import type { DocumentNode } from '../../stores/graph/statements/documents.ts';
import type { IngestionJob as IngestionJobModel } from '../../model/jobs.ts';
import type { Context } from './loaders.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A moment in time as RFC 3339 text in UTC with milliseconds, such as `2026-01-31T12:00:00.000Z`. */
  DateTime: { input: string; output: string; }
  /** A JSON object of any shape. */
  JSONObject: { input: JsonObject; output: JsonObject; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** A document that was acknowledged. */
export type AcceptedDocument = {
  readonly __typename?: 'AcceptedDocument';
  /** Its id. */
  readonly documentId: Scalars['ID']['output'];
  /** Its position in the call, from 0. */
  readonly index: Scalars['Int']['output'];
  /** What it is against what was there. */
  readonly outcome: IngestionOutcome;
};

/** A job to be cancelled. */
export type CancelIngestionInput = {
  /** Its id. */
  readonly job: Scalars['ID']['input'];
};

/** The job after cancelling. */
export type CancelIngestionPayload = {
  readonly __typename?: 'CancelIngestionPayload';
  /** The job: `CANCELLED`, or as it had ended before. */
  readonly job: IngestionJob;
};

/** A passage of a document. */
export type Chunk = {
  readonly __typename?: 'Chunk';
  /** The document it is a passage of. */
  readonly document: Document;
  /** Behind its last UTF-16 code unit in the document's text. */
  readonly end: Scalars['Int']['output'];
  /** Titles of the sections around it, outermost first. */
  readonly headings: ReadonlyArray<Scalars['String']['output']>;
  /** Opaque and global. It stays the same when the document changes elsewhere. */
  readonly id: Scalars['ID']['output'];
  /** Its position among the chunks of the document, from 0. */
  readonly index: Scalars['Int']['output'];
  /** Page of the source, from 1; null where the source has no pages. */
  readonly page: Maybe<Scalars['Int']['output']>;
  /** Its first UTF-16 code unit in the document's text, from 0. */
  readonly start: Scalars['Int']['output'];
  /** The passage, at most 2,000 UTF-16 code units. */
  readonly text: Scalars['String']['output'];
};

/** A page of chunks. */
export type ChunkConnection = {
  readonly __typename?: 'ChunkConnection';
  /** The chunks with their cursors. */
  readonly edges: ReadonlyArray<ChunkEdge>;
  /** The chunks alone. */
  readonly nodes: ReadonlyArray<Chunk>;
  /** Where this page ends. */
  readonly pageInfo: PageInfo;
};

/** A chunk in a page. */
export type ChunkEdge = {
  readonly __typename?: 'ChunkEdge';
  /** Give it as `after` to start behind this chunk. */
  readonly cursor: Scalars['String']['output'];
  /** The chunk. */
  readonly node: Chunk;
};

/** A named set of documents inside a tenant. */
export type Collection = {
  readonly __typename?: 'Collection';
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** What is in it, where its maker said so. */
  readonly description: Maybe<Scalars['String']['output']>;
  /** How many documents it has, those that wait to be indexed included. */
  readonly documentCount: Scalars['Int']['output'];
  /** Opaque and global; the same name in the same tenant always gives the same id. */
  readonly id: Scalars['ID']['output'];
  /** Unique in the tenant, 1 to 100 characters. */
  readonly name: Scalars['String']['output'];
};

/** A page of collections. */
export type CollectionConnection = {
  readonly __typename?: 'CollectionConnection';
  /** The collections with their cursors. */
  readonly edges: ReadonlyArray<CollectionEdge>;
  /** The collections alone. */
  readonly nodes: ReadonlyArray<Collection>;
  /** Where this page ends. */
  readonly pageInfo: PageInfo;
};

/** A collection in a page. */
export type CollectionEdge = {
  readonly __typename?: 'CollectionEdge';
  /** Give it as `after` to start behind this collection. */
  readonly cursor: Scalars['String']['output'];
  /** The collection. */
  readonly node: Collection;
};

/** A collection to be made. */
export type CreateCollectionInput = {
  /** What is in it, at most 2,000 characters. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** 1 to 100 characters, without control characters. */
  readonly name: Scalars['String']['input'];
};

/** The collection that was made. */
export type CreateCollectionPayload = {
  readonly __typename?: 'CreateCollectionPayload';
  /** It. */
  readonly collection: Collection;
};

/** Something that could not take part in an answer, or not as it should, and why. */
export type Degradation = {
  readonly __typename?: 'Degradation';
  /**
   * `DENSE`, `KEYWORD`, `GRAPH` for the walk and for all that is read from the graph, or `GENERATOR` for the language
   * model.
   */
  readonly arm: Scalars['String']['output'];
  /** What that means for the answer. */
  readonly kind: DegradationKind;
  /** What failed, and what to do. */
  readonly reason: Scalars['String']['output'];
};

/** What it means for an answer that something could not take part as it should. */
export type DegradationKind =
  /** It had a part, but what it gave may not be all. */
  | 'INCOMPLETE'
  /** It had no part in the answer. */
  | 'LEFT_OUT'
  /** It gave all that there is, from a standby in place of a server that is lost. Changes may have to wait. */
  | 'STANDBY';

/** Documents to be deleted, at most 1,000: by id, or by key in a collection. */
export type DeleteDocumentsInput = {
  /** The collection that `keys` belong to. */
  readonly collection?: InputMaybe<Scalars['ID']['input']>;
  /** Ids of documents. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Keys of documents in `collection`. */
  readonly keys?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** What a deletion removed, store by store. Facts that other documents support stay. */
export type DeletionReceipt = {
  readonly __typename?: 'DeletionReceipt';
  /** Chunks removed from the graph. */
  readonly chunks: Scalars['Int']['output'];
  /** Raw and parsed contents removed, that no other document has. */
  readonly contents: Scalars['Int']['output'];
  /** The documents that were deleted. */
  readonly documentIds: ReadonlyArray<Scalars['ID']['output']>;
  /** Entities that nothing mentioned any more. */
  readonly entities: Scalars['Int']['output'];
  /** Mentions removed from the graph. */
  readonly mentions: Scalars['Int']['output'];
  /** Spellings beside the entities' own names that named nothing any more. */
  readonly names: Scalars['Int']['output'];
  /** Ids and keys that name no document. */
  readonly notFound: ReadonlyArray<Scalars['String']['output']>;
  /** Chunks removed from the keyword index. */
  readonly postings: Scalars['Int']['output'];
  /** Relationships that nothing supported any more. */
  readonly relationships: Scalars['Int']['output'];
  /** Pieces of evidence removed from relationships. */
  readonly statements: Scalars['Int']['output'];
  /** Vectors removed from the dense index. */
  readonly vectors: Scalars['Int']['output'];
};

/** What a caller handed over. Always one whole version: while a changed document is indexed, the old version stays. */
export type Document = {
  readonly __typename?: 'Document';
  /** Its chunks in the order of the text. */
  readonly chunks: ChunkConnection;
  /** The collection it belongs to. */
  readonly collection: Collection;
  /** `sha256:` and hex over the raw bytes of the version that is shown. */
  readonly contentHash: Scalars['String']['output'];
  /** When it was first acknowledged. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Opaque and global. Made of the collection and the key, or of the collection and the content where there is no key. */
  readonly id: Scalars['ID']['output'];
  /** The caller's own key, unique in the collection. */
  readonly key: Maybe<Scalars['String']['output']>;
  /** IANA media type, such as `text/markdown`. */
  readonly mediaType: Scalars['String']['output'];
  /** What the caller said about it; `{}` where nothing. */
  readonly metadata: Scalars['JSONObject']['output'];
  /** How far it is. */
  readonly status: DocumentStatus;
  /** Its text as chunks slice it, from UTF-16 code unit `start` on: `text.slice(chunk.start, chunk.end) === chunk.text`. Null before it is indexed. */
  readonly text: Maybe<Scalars['String']['output']>;
  /** The caller's title, else the one that the document gives itself, else one made of its key or first line. */
  readonly title: Scalars['String']['output'];
  /** When the version that is shown was indexed. */
  readonly updatedAt: Scalars['DateTime']['output'];
};


/** What a caller handed over. Always one whole version: while a changed document is indexed, the old version stays. */
export type DocumentChunksArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** What a caller handed over. Always one whole version: while a changed document is indexed, the old version stays. */
export type DocumentTextArgs = {
  length?: InputMaybe<Scalars['Int']['input']>;
  start?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of documents. */
export type DocumentConnection = {
  readonly __typename?: 'DocumentConnection';
  /** The documents with their cursors. */
  readonly edges: ReadonlyArray<DocumentEdge>;
  /** The documents alone. */
  readonly nodes: ReadonlyArray<Document>;
  /** Where this page ends. */
  readonly pageInfo: PageInfo;
};

/** A document in a page. */
export type DocumentEdge = {
  readonly __typename?: 'DocumentEdge';
  /** Give it as `after` to start behind this document. */
  readonly cursor: Scalars['String']['output'];
  /** The document. */
  readonly node: Document;
};

/** Which documents to list. All conditions must hold. */
export type DocumentFilter = {
  /** Only these media types. */
  readonly mediaTypes?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Only these. */
  readonly status?: InputMaybe<DocumentStatus>;
  /** Updated at this time or later. */
  readonly updatedAfter?: InputMaybe<Scalars['DateTime']['input']>;
  /** Updated before this time. */
  readonly updatedBefore?: InputMaybe<Scalars['DateTime']['input']>;
};

/** One document. Give exactly one of `content` and `contentBase64`. */
export type DocumentInput = {
  /** Text, for the text formats. */
  readonly content?: InputMaybe<Scalars['String']['input']>;
  /** Raw bytes in base64, for PDF and DOCX. */
  readonly contentBase64?: InputMaybe<Scalars['String']['input']>;
  /** Your own key, unique in the collection, at most 500 characters. Sending the same key again replaces the document; without one, equal content is the same document. */
  readonly key?: InputMaybe<Scalars['String']['input']>;
  /** Entities and triples that you have already; they are added to what is extracted. */
  readonly knowledge?: InputMaybe<KnowledgeInput>;
  /** `text/markdown`, `text/plain`, `text/html`, `application/pdf`, `application/vnd.openxmlformats-officedocument.wordprocessingml.document`, `application/json`, `application/jsonl` or `text/csv`; guessed from the content by default. */
  readonly mediaType?: InputMaybe<Scalars['String']['input']>;
  /** What you want to filter by, at most 20,000 characters as JSON and 10 levels deep. */
  readonly metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** At most 500 characters; by default the title that the document gives itself. */
  readonly title?: InputMaybe<Scalars['String']['input']>;
};

/** How far a document is. */
export type DocumentStatus =
  /** It could not be indexed; its job says why. */
  | 'FAILED'
  /** It is being indexed. */
  | 'INDEXING'
  /** Acknowledged and on disk; it waits to be indexed. */
  | 'PENDING'
  /** It can be found. */
  | 'READY';

/** An entity. */
export type EntityInput = {
  /** Other spellings, up to 50. In this document each of them means this entity. */
  readonly aliases?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** A sentence about it, up to 2,000 characters. It stays as long as a document says it. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** 1 to 200 characters. */
  readonly name: Scalars['String']['input'];
  /** Such as `PERSON`; `THING` by default. 1 to 60 characters. */
  readonly type?: InputMaybe<Scalars['String']['input']>;
};

/** What is wrong with a field. */
export type FieldProblem = {
  readonly __typename?: 'FieldProblem';
  /** Its path inside the document, such as `knowledge.entities.0.name`. */
  readonly field: Scalars['String']['output'];
  /** What is wrong with it. */
  readonly message: Scalars['String']['output'];
};

/** Documents to be indexed. */
export type IngestDocumentsInput = {
  /** Name of the collection they go to; it is made if it is not there. */
  readonly collection: Scalars['String']['input'];
  /** 1 to 1,000 documents (the limit can be configured). Larger amounts go to `POST /ingest`. */
  readonly documents: ReadonlyArray<DocumentInput>;
};

/** What was acknowledged. It is on disk. */
export type IngestDocumentsPayload = {
  readonly __typename?: 'IngestDocumentsPayload';
  /** Documents that were acknowledged, in order. */
  readonly accepted: ReadonlyArray<AcceptedDocument>;
  /** The job that indexes it; null when nothing is to be indexed. */
  readonly job: Maybe<IngestionJob>;
  /**
   * Documents that were not, in order, and why. The others go on without them. `CONFLICT` for one that a legal hold keeps as
   * it is.
   */
  readonly rejected: ReadonlyArray<RejectedDocument>;
};

/** A document that could not be indexed. */
export type IngestionFailure = {
  readonly __typename?: 'IngestionFailure';
  /** What kind of problem it is, such as `UNPROCESSABLE_DOCUMENT`. */
  readonly code: Scalars['String']['output'];
  /** Its id; the document may never have become visible. */
  readonly documentId: Scalars['ID']['output'];
  /** The caller's key. */
  readonly key: Maybe<Scalars['String']['output']>;
  /** What is wrong, and what to do. */
  readonly message: Scalars['String']['output'];
  /** Where it failed. */
  readonly step: IngestionStep;
  /** Its title, or its key where it has none. */
  readonly title: Scalars['String']['output'];
};

/** A promise to index what was acknowledged. */
export type IngestionJob = {
  readonly __typename?: 'IngestionJob';
  /** Where its documents go. */
  readonly collection: Collection;
  /** When it was acknowledged. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Documents that could not be indexed, in the order they were given, at most 1,000. */
  readonly failures: ReadonlyArray<IngestionFailure>;
  /** When it ended; null until then. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** Opaque and global. */
  readonly id: Scalars['ID']['output'];
  /** How far it got. */
  readonly progress: JobProgress;
  /** Where it stands. */
  readonly state: JobState;
};

/** What a document is against what was there. */
export type IngestionOutcome =
  /** It was there and is different now; only what changed is indexed again. */
  | 'CHANGED'
  /** It was not there. */
  | 'NEW'
  /** It is there as it is; nothing is to be done. */
  | 'UNCHANGED';

/** What an ingestion would do. */
export type IngestionPlan = {
  readonly __typename?: 'IngestionPlan';
  /** How many have changed. */
  readonly changedDocuments: Scalars['Int']['output'];
  /** Chunks of the new and changed documents. */
  readonly chunks: Scalars['Int']['output'];
  /** What would become of each acceptable document, in order. */
  readonly documents: ReadonlyArray<PlannedDocument>;
  /** Calls of the language model; 0 where none is configured. */
  readonly modelCalls: Scalars['Int']['output'];
  /** How many are new. */
  readonly newDocuments: Scalars['Int']['output'];
  /** Documents that would not be accepted or cannot be read. */
  readonly rejected: ReadonlyArray<RejectedDocument>;
  /** How many need nothing. */
  readonly unchangedDocuments: Scalars['Int']['output'];
};

/** The steps that a document goes through, in this order. */
export type IngestionStep =
  /** Text becomes chunks. */
  | 'CHUNK'
  /** Chunks become vectors and postings. */
  | 'EMBED'
  /** Names and statements are found. */
  | 'EXTRACT'
  /** Raw bytes become text. */
  | 'PARSE'
  /** Names become entities. */
  | 'RESOLVE'
  /** The new version becomes visible. */
  | 'WRITE';

/** How far a job got. */
export type JobProgress = {
  readonly __typename?: 'JobProgress';
  /** Chunks indexed so far. */
  readonly chunks: Scalars['Int']['output'];
  /** Documents that are indexed or have failed. */
  readonly documentsDone: Scalars['Int']['output'];
  /** Documents in all. */
  readonly documentsTotal: Scalars['Int']['output'];
  /** Entities mentioned by what was indexed so far, counted batch by batch. */
  readonly entities: Scalars['Int']['output'];
  /** The step most recently entered; null before the first and behind the last. */
  readonly step: Maybe<IngestionStep>;
};

/** Where a job stands. */
export type JobState =
  /** It was cancelled; what was done stays. */
  | 'CANCELLED'
  /** No document could be indexed. */
  | 'FAILED'
  /** Some documents are indexed; `failures` has the others. */
  | 'PARTIAL'
  /** It waits for its turn. */
  | 'QUEUED'
  /** Its documents are being indexed. */
  | 'RUNNING'
  /** Every document is indexed. */
  | 'SUCCEEDED';

/** Knowledge about one document, at most 1,000 entities and triples together. */
export type KnowledgeInput = {
  /** What it is about. */
  readonly entities?: ReadonlyArray<EntityInput>;
  /**
   * What it states. An end of a triple that is neither listed in `entities` nor named in the text becomes an entity of
   * type `VALUE`, which searches do not walk through. Where no entities are listed, subjects are entities.
   */
  readonly triples?: ReadonlyArray<TripleInput>;
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Stops a job before its next batch. What is indexed stays; new documents that were waiting vanish, and changed ones keep their old version. Needs `documents:write`. */
  readonly cancelIngestion: CancelIngestionPayload;
  /** Makes a collection; `CONFLICT` when there is one of that name. Needs `documents:write`. */
  readonly createCollection: CreateCollectionPayload;
  /** Deletes documents and exactly what only they support, from every store, for good. Needs `documents:write`. */
  readonly deleteDocuments: DeletionReceipt;
  /** Takes documents in. What is acknowledged is on disk; it is indexed in the background by the job. One bad document is rejected alone. Needs `documents:write`. */
  readonly ingestDocuments: IngestDocumentsPayload;
  /** What `ingestDocuments` would do with the same input; nothing is written. Needs `documents:write`. */
  readonly planIngestion: IngestionPlan;
};


export type MutationCancelIngestionArgs = {
  input: CancelIngestionInput;
};


export type MutationCreateCollectionArgs = {
  input: CreateCollectionInput;
};


export type MutationDeleteDocumentsArgs = {
  input: DeleteDocumentsInput;
};


export type MutationIngestDocumentsArgs = {
  input: IngestDocumentsInput;
};


export type MutationPlanIngestionArgs = {
  input: IngestDocumentsInput;
};

/** Where a page of a connection begins and ends, and what lies around it. Connections are read forward. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** The cursor of the last edge of this page, to be given as `after` for the next one; null on an empty page. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
  /** Whether more edges follow this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether the page was asked with `after`, so that edges lie before it. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first edge of this page; null on an empty page. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

/** What would become of a document. */
export type PlannedDocument = {
  readonly __typename?: 'PlannedDocument';
  /** Chunks it would have; 0 for an unchanged one. */
  readonly chunks: Scalars['Int']['output'];
  /** Its id. */
  readonly documentId: Scalars['ID']['output'];
  /** Its position in the call, from 0. */
  readonly index: Scalars['Int']['output'];
  /** What it is against what is there. */
  readonly outcome: IngestionOutcome;
};

export type Query = {
  readonly __typename?: 'Query';
  /** One collection, by id or by name, or null when there is none. Needs `documents:read`. */
  readonly collection: Maybe<Collection>;
  /** Collections, ordered by name. Needs `documents:read`. */
  readonly collections: CollectionConnection;
  /** One document, or null when there is none with this id. Needs `documents:read`. */
  readonly document: Maybe<Document>;
  /** Documents, ordered by id. Needs `documents:read`. */
  readonly documents: DocumentConnection;
  /** One job, or null when there is none with this id. Needs `documents:read`. */
  readonly ingestionJob: Maybe<IngestionJob>;
};


export type QueryCollectionArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
};


export type QueryCollectionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryDocumentArgs = {
  id: Scalars['ID']['input'];
};


export type QueryDocumentsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  collection?: InputMaybe<Scalars['ID']['input']>;
  filter?: InputMaybe<DocumentFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryIngestionJobArgs = {
  id: Scalars['ID']['input'];
};

/** A document that was not acknowledged. */
export type RejectedDocument = {
  readonly __typename?: 'RejectedDocument';
  /** What kind of problem it is, such as `BAD_INPUT`. */
  readonly code: Scalars['String']['output'];
  /** The wrong fields. */
  readonly errors: ReadonlyArray<FieldProblem>;
  /** Its position in the call, from 0. */
  readonly index: Scalars['Int']['output'];
  /** Its key. */
  readonly key: Maybe<Scalars['String']['output']>;
  /** What is wrong, and what to do. */
  readonly message: Scalars['String']['output'];
};

export type Subscription = {
  readonly __typename?: 'Subscription';
  /** The job now and whenever it changes, until it ends. Needs `documents:read`. */
  readonly ingestionJob: IngestionJob;
};


export type SubscriptionIngestionJobArgs = {
  id: Scalars['ID']['input'];
};

/** A statement. */
export type TripleInput = {
  /** Name of an entity, 1 to 200 characters. */
  readonly object: Scalars['String']['input'];
  /** What it says, such as `was born in`, 1 to 200 characters. */
  readonly predicate: Scalars['String']['input'];
  /** Name of an entity, 1 to 200 characters. */
  readonly subject: Scalars['String']['input'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Chunk: Chunk;
  Collection: Collection;
  Document: Document;
  IngestionJob: IngestionJob;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Chunk:
    ( { __typename: 'Chunk' }
    & GraphQLRecursivePick<FederationTypes['Chunk'], {"id":true}> );
  Collection:
    ( { __typename: 'Collection' }
    & GraphQLRecursivePick<FederationTypes['Collection'], {"id":true}> );
  Document:
    ( { __typename: 'Document' }
    & GraphQLRecursivePick<FederationTypes['Document'], {"id":true}> );
  IngestionJob:
    ( { __typename: 'IngestionJob' }
    & GraphQLRecursivePick<FederationTypes['IngestionJob'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AcceptedDocument: ResolverTypeWrapper<AcceptedDocument>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  CancelIngestionInput: CancelIngestionInput;
  CancelIngestionPayload: ResolverTypeWrapper<Omit<CancelIngestionPayload, 'job'> & { job: ResolversTypes['IngestionJob'] }>;
  Chunk: ResolverTypeWrapper<ChunkModel>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  ChunkConnection: ResolverTypeWrapper<Omit<ChunkConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ChunkEdge']>, nodes: ReadonlyArray<ResolversTypes['Chunk']> }>;
  ChunkEdge: ResolverTypeWrapper<Omit<ChunkEdge, 'node'> & { node: ResolversTypes['Chunk'] }>;
  Collection: ResolverTypeWrapper<CollectionModel>;
  CollectionConnection: ResolverTypeWrapper<Omit<CollectionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['CollectionEdge']>, nodes: ReadonlyArray<ResolversTypes['Collection']> }>;
  CollectionEdge: ResolverTypeWrapper<Omit<CollectionEdge, 'node'> & { node: ResolversTypes['Collection'] }>;
  CreateCollectionInput: CreateCollectionInput;
  CreateCollectionPayload: ResolverTypeWrapper<Omit<CreateCollectionPayload, 'collection'> & { collection: ResolversTypes['Collection'] }>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Degradation: ResolverTypeWrapper<Degradation>;
  DegradationKind: DegradationKind;
  DeleteDocumentsInput: DeleteDocumentsInput;
  DeletionReceipt: ResolverTypeWrapper<DeletionReceipt>;
  Document: ResolverTypeWrapper<DocumentNode>;
  DocumentConnection: ResolverTypeWrapper<Omit<DocumentConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['DocumentEdge']>, nodes: ReadonlyArray<ResolversTypes['Document']> }>;
  DocumentEdge: ResolverTypeWrapper<Omit<DocumentEdge, 'node'> & { node: ResolversTypes['Document'] }>;
  DocumentFilter: DocumentFilter;
  DocumentInput: DocumentInput;
  DocumentStatus: DocumentStatus;
  EntityInput: EntityInput;
  FieldProblem: ResolverTypeWrapper<FieldProblem>;
  IngestDocumentsInput: IngestDocumentsInput;
  IngestDocumentsPayload: ResolverTypeWrapper<Omit<IngestDocumentsPayload, 'job'> & { job?: Maybe<ResolversTypes['IngestionJob']> }>;
  IngestionFailure: ResolverTypeWrapper<IngestionFailure>;
  IngestionJob: ResolverTypeWrapper<IngestionJobModel>;
  IngestionOutcome: IngestionOutcome;
  IngestionPlan: ResolverTypeWrapper<IngestionPlan>;
  IngestionStep: IngestionStep;
  JSONObject: ResolverTypeWrapper<Scalars['JSONObject']['output']>;
  JobProgress: ResolverTypeWrapper<JobProgress>;
  JobState: JobState;
  KnowledgeInput: KnowledgeInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  PlannedDocument: ResolverTypeWrapper<PlannedDocument>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RejectedDocument: ResolverTypeWrapper<RejectedDocument>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  TripleInput: TripleInput;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AcceptedDocument: AcceptedDocument;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  CancelIngestionInput: CancelIngestionInput;
  CancelIngestionPayload: Omit<CancelIngestionPayload, 'job'> & { job: ResolversParentTypes['IngestionJob'] };
  Chunk: ChunkModel;
  String: Scalars['String']['output'];
  ChunkConnection: Omit<ChunkConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ChunkEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Chunk']> };
  ChunkEdge: Omit<ChunkEdge, 'node'> & { node: ResolversParentTypes['Chunk'] };
  Collection: CollectionModel;
  CollectionConnection: Omit<CollectionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['CollectionEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Collection']> };
  CollectionEdge: Omit<CollectionEdge, 'node'> & { node: ResolversParentTypes['Collection'] };
  CreateCollectionInput: CreateCollectionInput;
  CreateCollectionPayload: Omit<CreateCollectionPayload, 'collection'> & { collection: ResolversParentTypes['Collection'] };
  DateTime: Scalars['DateTime']['output'];
  Degradation: Degradation;
  DeleteDocumentsInput: DeleteDocumentsInput;
  DeletionReceipt: DeletionReceipt;
  Document: DocumentNode;
  DocumentConnection: Omit<DocumentConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['DocumentEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Document']> };
  DocumentEdge: Omit<DocumentEdge, 'node'> & { node: ResolversParentTypes['Document'] };
  DocumentFilter: DocumentFilter;
  DocumentInput: DocumentInput;
  EntityInput: EntityInput;
  FieldProblem: FieldProblem;
  IngestDocumentsInput: IngestDocumentsInput;
  IngestDocumentsPayload: Omit<IngestDocumentsPayload, 'job'> & { job?: Maybe<ResolversParentTypes['IngestionJob']> };
  IngestionFailure: IngestionFailure;
  IngestionJob: IngestionJobModel;
  IngestionPlan: IngestionPlan;
  JSONObject: Scalars['JSONObject']['output'];
  JobProgress: JobProgress;
  KnowledgeInput: KnowledgeInput;
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  PlannedDocument: PlannedDocument;
  Query: Record<PropertyKey, never>;
  RejectedDocument: RejectedDocument;
  Subscription: Record<PropertyKey, never>;
  TripleInput: TripleInput;
};

export type AcceptedDocumentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AcceptedDocument'] = ResolversParentTypes['AcceptedDocument']> = {
  documentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['IngestionOutcome'], ParentType, ContextType>;
};

export type CancelIngestionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CancelIngestionPayload'] = ResolversParentTypes['CancelIngestionPayload']> = {
  job?: Resolver<ResolversTypes['IngestionJob'], ParentType, ContextType>;
};

export type ChunkResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Chunk'] = ResolversParentTypes['Chunk'], FederationReferenceType extends FederationReferenceTypes['Chunk'] = FederationReferenceTypes['Chunk']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Chunk']> | FederationReferenceType, FederationReferenceType, ContextType>;
  document?: Resolver<ResolversTypes['Document'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  headings?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  page?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  start?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ChunkConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChunkConnection'] = ResolversParentTypes['ChunkConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ChunkEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Chunk']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ChunkEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChunkEdge'] = ResolversParentTypes['ChunkEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Chunk'], ParentType, ContextType>;
};

export type CollectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Collection'] = ResolversParentTypes['Collection'], FederationReferenceType extends FederationReferenceTypes['Collection'] = FederationReferenceTypes['Collection']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Collection']> | FederationReferenceType, FederationReferenceType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  documentCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CollectionConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CollectionConnection'] = ResolversParentTypes['CollectionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['CollectionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Collection']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type CollectionEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CollectionEdge'] = ResolversParentTypes['CollectionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Collection'], ParentType, ContextType>;
};

export type CreateCollectionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateCollectionPayload'] = ResolversParentTypes['CreateCollectionPayload']> = {
  collection?: Resolver<ResolversTypes['Collection'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DegradationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Degradation'] = ResolversParentTypes['Degradation']> = {
  arm?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['DegradationKind'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DeletionReceiptResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeletionReceipt'] = ResolversParentTypes['DeletionReceipt']> = {
  chunks?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  contents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  documentIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  entities?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  mentions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  names?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  notFound?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  postings?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  relationships?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  statements?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  vectors?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type DocumentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Document'] = ResolversParentTypes['Document'], FederationReferenceType extends FederationReferenceTypes['Document'] = FederationReferenceTypes['Document']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Document']> | FederationReferenceType, FederationReferenceType, ContextType>;
  chunks?: Resolver<ResolversTypes['ChunkConnection'], ParentType, ContextType, RequireFields<DocumentChunksArgs, 'first'>>;
  collection?: Resolver<ResolversTypes['Collection'], ParentType, ContextType>;
  contentHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  key?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  mediaType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  metadata?: Resolver<ResolversTypes['JSONObject'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['DocumentStatus'], ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType, RequireFields<DocumentTextArgs, 'length' | 'start'>>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type DocumentConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DocumentConnection'] = ResolversParentTypes['DocumentConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['DocumentEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Document']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type DocumentEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DocumentEdge'] = ResolversParentTypes['DocumentEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Document'], ParentType, ContextType>;
};

export type FieldProblemResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FieldProblem'] = ResolversParentTypes['FieldProblem']> = {
  field?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type IngestDocumentsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['IngestDocumentsPayload'] = ResolversParentTypes['IngestDocumentsPayload']> = {
  accepted?: Resolver<ReadonlyArray<ResolversTypes['AcceptedDocument']>, ParentType, ContextType>;
  job?: Resolver<Maybe<ResolversTypes['IngestionJob']>, ParentType, ContextType>;
  rejected?: Resolver<ReadonlyArray<ResolversTypes['RejectedDocument']>, ParentType, ContextType>;
};

export type IngestionFailureResolvers<ContextType = Context, ParentType extends ResolversParentTypes['IngestionFailure'] = ResolversParentTypes['IngestionFailure']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  documentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  key?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  step?: Resolver<ResolversTypes['IngestionStep'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type IngestionJobResolvers<ContextType = Context, ParentType extends ResolversParentTypes['IngestionJob'] = ResolversParentTypes['IngestionJob'], FederationReferenceType extends FederationReferenceTypes['IngestionJob'] = FederationReferenceTypes['IngestionJob']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['IngestionJob']> | FederationReferenceType, FederationReferenceType, ContextType>;
  collection?: Resolver<ResolversTypes['Collection'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  failures?: Resolver<ReadonlyArray<ResolversTypes['IngestionFailure']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  progress?: Resolver<ResolversTypes['JobProgress'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['JobState'], ParentType, ContextType>;
};

export type IngestionPlanResolvers<ContextType = Context, ParentType extends ResolversParentTypes['IngestionPlan'] = ResolversParentTypes['IngestionPlan']> = {
  changedDocuments?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  chunks?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  documents?: Resolver<ReadonlyArray<ResolversTypes['PlannedDocument']>, ParentType, ContextType>;
  modelCalls?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  newDocuments?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  rejected?: Resolver<ReadonlyArray<ResolversTypes['RejectedDocument']>, ParentType, ContextType>;
  unchangedDocuments?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export interface JsonObjectScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSONObject'], any> {
  name: 'JSONObject';
}

export type JobProgressResolvers<ContextType = Context, ParentType extends ResolversParentTypes['JobProgress'] = ResolversParentTypes['JobProgress']> = {
  chunks?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  documentsDone?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  documentsTotal?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  entities?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  step?: Resolver<Maybe<ResolversTypes['IngestionStep']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  cancelIngestion?: Resolver<ResolversTypes['CancelIngestionPayload'], ParentType, ContextType, RequireFields<MutationCancelIngestionArgs, 'input'>>;
  createCollection?: Resolver<ResolversTypes['CreateCollectionPayload'], ParentType, ContextType, RequireFields<MutationCreateCollectionArgs, 'input'>>;
  deleteDocuments?: Resolver<ResolversTypes['DeletionReceipt'], ParentType, ContextType, RequireFields<MutationDeleteDocumentsArgs, 'input'>>;
  ingestDocuments?: Resolver<ResolversTypes['IngestDocumentsPayload'], ParentType, ContextType, RequireFields<MutationIngestDocumentsArgs, 'input'>>;
  planIngestion?: Resolver<ResolversTypes['IngestionPlan'], ParentType, ContextType, RequireFields<MutationPlanIngestionArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PlannedDocumentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PlannedDocument'] = ResolversParentTypes['PlannedDocument']> = {
  chunks?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  documentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['IngestionOutcome'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  collection?: Resolver<Maybe<ResolversTypes['Collection']>, ParentType, ContextType, Partial<QueryCollectionArgs>>;
  collections?: Resolver<ResolversTypes['CollectionConnection'], ParentType, ContextType, RequireFields<QueryCollectionsArgs, 'first'>>;
  document?: Resolver<Maybe<ResolversTypes['Document']>, ParentType, ContextType, RequireFields<QueryDocumentArgs, 'id'>>;
  documents?: Resolver<ResolversTypes['DocumentConnection'], ParentType, ContextType, RequireFields<QueryDocumentsArgs, 'first'>>;
  ingestionJob?: Resolver<Maybe<ResolversTypes['IngestionJob']>, ParentType, ContextType, RequireFields<QueryIngestionJobArgs, 'id'>>;
};

export type RejectedDocumentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RejectedDocument'] = ResolversParentTypes['RejectedDocument']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  errors?: Resolver<ReadonlyArray<ResolversTypes['FieldProblem']>, ParentType, ContextType>;
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  key?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  ingestionJob?: SubscriptionResolver<ResolversTypes['IngestionJob'], "ingestionJob", ParentType, ContextType, RequireFields<SubscriptionIngestionJobArgs, 'id'>>;
};

export type Resolvers<ContextType = Context> = {
  AcceptedDocument?: AcceptedDocumentResolvers<ContextType>;
  CancelIngestionPayload?: CancelIngestionPayloadResolvers<ContextType>;
  Chunk?: ChunkResolvers<ContextType>;
  ChunkConnection?: ChunkConnectionResolvers<ContextType>;
  ChunkEdge?: ChunkEdgeResolvers<ContextType>;
  Collection?: CollectionResolvers<ContextType>;
  CollectionConnection?: CollectionConnectionResolvers<ContextType>;
  CollectionEdge?: CollectionEdgeResolvers<ContextType>;
  CreateCollectionPayload?: CreateCollectionPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Degradation?: DegradationResolvers<ContextType>;
  DeletionReceipt?: DeletionReceiptResolvers<ContextType>;
  Document?: DocumentResolvers<ContextType>;
  DocumentConnection?: DocumentConnectionResolvers<ContextType>;
  DocumentEdge?: DocumentEdgeResolvers<ContextType>;
  FieldProblem?: FieldProblemResolvers<ContextType>;
  IngestDocumentsPayload?: IngestDocumentsPayloadResolvers<ContextType>;
  IngestionFailure?: IngestionFailureResolvers<ContextType>;
  IngestionJob?: IngestionJobResolvers<ContextType>;
  IngestionPlan?: IngestionPlanResolvers<ContextType>;
  JSONObject?: GraphQLScalarType;
  JobProgress?: JobProgressResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PlannedDocument?: PlannedDocumentResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RejectedDocument?: RejectedDocumentResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
};

