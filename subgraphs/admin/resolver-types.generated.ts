import type { JsonObject } from '../../model/documents.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { SystemHealthReport } from '../../operations/system-health.ts';
import type { HealthReport } from '../../platform/health.ts';
import type { ApiKey as ApiKeyModel, ApiKeyGrant } from '../../model/api-key.ts';
import type { RingKey } from '../../platform/auth/signing-keys/life-cycle.ts';
import type { Principal } from '../../model/principal.ts';
import type { User as UserModel, Role as RoleModel } from '../../model/user.ts';
import type { Session as SessionModel } from '../../model/session.ts';
import type { SessionTokens } from '../../operations/users/sessions.ts';
import type { AuditEntry as AuditEntryModel } from '../../model/audit.ts';
import type { Backup as BackupModel } from '../../model/backup.ts';
import type { Restore as RestoreModel } from '../../model/restore.ts';
import type { Reembedding as ReembeddingModel } from '../../model/reembedding.ts';
import type { RetentionPolicy as RetentionPolicyModel, LegalHold as LegalHoldModel } from '../../model/retention.ts';
import type { PersonalDataPolicy as PersonalDataPolicyModel } from '../../model/personal-data.ts';
import type { PrivacyTreatment as PrivacyTreatmentModel } from '../../model/privacy-treatment.ts';
import type { DeadLetter as DeadLetterModel } from '../../model/dead-letter.ts';
import type { ArchivedDocument as ArchivedDocumentModel } from '../../model/archive.ts';
import type { ConsistencyCheck as ConsistencyCheckModel, FaultCount as FaultCountModel, Finding as FindingModel } from '../../model/consistency.ts';
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

/** A credential for a program. Its secret is shown once, where it is made or rotated. */
export type ApiKey = {
  readonly __typename?: 'ApiKey';
  /** Names of the collections that it is bound to; null for every collection of the tenant. */
  readonly collections: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The subject of who made it. */
  readonly createdBy: Scalars['String']['output'];
  /** When it ends by itself; null for never. */
  readonly expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** Names the key; no secret. */
  readonly id: Scalars['ID']['output'];
  /** Whether it is for real use. */
  readonly kind: ApiKeyKind;
  /** When a gateway last took it, up to half a minute late; null for never. */
  readonly lastUsedAt: Maybe<Scalars['DateTime']['output']>;
  /** What it may spend. */
  readonly limits: ApiKeyLimits;
  /** What it is for, in its maker's words. */
  readonly name: Scalars['String']['output'];
  /** Until when the secret before the last rotation is taken as well. */
  readonly previousUntil: Maybe<Scalars['DateTime']['output']>;
  /** When it was revoked; null where it was not. */
  readonly revokedAt: Maybe<Scalars['DateTime']['output']>;
  /** When it last got a new secret; null for never. */
  readonly rotatedAt: Maybe<Scalars['DateTime']['output']>;
  /** What it may do. */
  readonly scopes: ReadonlyArray<Scalars['String']['output']>;
  /** How its secret begins, to be recognised by: `trk_live_` and the id. */
  readonly start: Scalars['String']['output'];
  /** Whether it is taken now. */
  readonly state: ApiKeyState;
};

/** A page of API keys. */
export type ApiKeyConnection = {
  readonly __typename?: 'ApiKeyConnection';
  /** The keys with their cursors. */
  readonly edges: ReadonlyArray<ApiKeyEdge>;
  /** The keys alone. */
  readonly nodes: ReadonlyArray<ApiKey>;
  /** Where the page lies in the list. */
  readonly pageInfo: PageInfo;
};

/** An API key in a list. */
export type ApiKeyEdge = {
  readonly __typename?: 'ApiKeyEdge';
  /** To be given as `after` to read on behind this key. */
  readonly cursor: Scalars['String']['output'];
  /** The key. */
  readonly node: ApiKey;
};

/** Whether an API key is for real use. */
export type ApiKeyKind =
  /** Taken by every server; it begins with `trk_live_`. */
  | 'LIVE'
  /** Taken by servers in development alone; it begins with `trk_test_`. */
  | 'TEST';

/** What an API key may spend. Null where it has no limit of its own. */
export type ApiKeyLimits = {
  readonly __typename?: 'ApiKeyLimits';
  /**
   * Points by the cost of operations, in a minute: 1, and 1 more for each 100 objects and each 100,000 characters that an
   * operation may return, and for each unit of searching.
   */
  readonly costPerMinute: Maybe<Scalars['Int']['output']>;
  /** Requests in a minute. */
  readonly requestsPerMinute: Maybe<Scalars['Int']['output']>;
};

/** What an API key may spend. */
export type ApiKeyLimitsInput = {
  /** Points by the cost of operations in a minute, 1 to 1,000,000,000; left out for no limit. */
  readonly costPerMinute?: InputMaybe<Scalars['Int']['input']>;
  /** Requests in a minute, 1 to 1,000,000,000; left out for no limit. */
  readonly requestsPerMinute?: InputMaybe<Scalars['Int']['input']>;
};

/** A key, and the only sight of its secret. */
export type ApiKeySecretPayload = {
  readonly __typename?: 'ApiKeySecretPayload';
  /** The key. */
  readonly key: ApiKey;
  /** What to send as `Authorization: Bearer …` or `x-api-key: …`. It cannot be had again. */
  readonly secret: Scalars['String']['output'];
};

/** What became of an API key. */
export type ApiKeyState =
  /** It is taken. */
  | 'ACTIVE'
  /** Its time is over. */
  | 'EXPIRED'
  /** Somebody ended it. */
  | 'REVOKED';

/** Whose documents are made what their policy wants. */
export type ApplyPrivacyPolicyInput = {
  /** Name of a collection. Left out, all collections of the tenant are gone through, each by the policy that holds for it. */
  readonly collection?: InputMaybe<Scalars['String']['input']>;
};

/** Documents to archive. */
export type ArchiveDocumentsInput = {
  /** Ids of documents, 1 to 100. */
  readonly ids: ReadonlyArray<Scalars['ID']['input']>;
  /** Why; 1 to 2,000 characters. */
  readonly reason: Scalars['String']['input'];
};

/** What was archived. */
export type ArchiveDocumentsPayload = {
  readonly __typename?: 'ArchiveDocumentsPayload';
  /** The archives, in the order in which their documents were asked for. */
  readonly archived: ReadonlyArray<ArchivedDocument>;
  /** Documents that stay as they are, and why. */
  readonly refused: ReadonlyArray<ArchiveRefusal>;
};

/** One that was not done, and why. */
export type ArchiveRefusal = {
  readonly __typename?: 'ArchiveRefusal';
  /** What is wrong, such as `NOT_FOUND`, `CONFLICT` or `BACKUP_DAMAGED`. */
  readonly code: Scalars['String']['output'];
  /** Id of the document or of the archive, as it was asked for. */
  readonly id: Scalars['ID']['output'];
  /** What to do about it. */
  readonly message: Scalars['String']['output'];
};

/** How an archive is. */
export type ArchiveState =
  /** The document is in the archive alone. */
  | 'ARCHIVED'
  /** It waits to be indexed again. */
  | 'BRINGING_BACK'
  /** It is there again. The copy is kept until the document or the archive is deleted. */
  | 'BROUGHT_BACK';

/** A document that was taken out of the graph and every index, and lies, sealed, where backups are kept. */
export type ArchivedDocument = {
  readonly __typename?: 'ArchivedDocument';
  /** When it was archived. */
  readonly archivedAt: Scalars['DateTime']['output'];
  /** Subject of who archived it; `trellis` for a retention policy. */
  readonly archivedBy: Scalars['String']['output'];
  /** When it was there again. Null before. */
  readonly broughtBackAt: Maybe<Scalars['DateTime']['output']>;
  /** Size of the raw document in bytes. */
  readonly bytes: Scalars['Float']['output'];
  /** Name of its collection. */
  readonly collection: Scalars['String']['output'];
  /** `sha256:` and hex, over the raw bytes. */
  readonly contentHash: Scalars['String']['output'];
  /** When the document was made. It keeps that when it is brought back. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Id that the document had, and has again when it is brought back. */
  readonly documentId: Scalars['ID']['output'];
  /** Names the archive. A document that was archived several times has as many. */
  readonly id: Scalars['ID']['output'];
  /** The job that indexes it again. Null where there was none. */
  readonly jobId: Maybe<Scalars['ID']['output']>;
  /** The caller's key. Null where the content identifies the document. */
  readonly key: Maybe<Scalars['String']['output']>;
  /** IANA media type of the raw document. */
  readonly mediaType: Scalars['String']['output'];
  /** Its metadata. */
  readonly metadata: Scalars['JSONObject']['output'];
  /** Why. */
  readonly reason: Scalars['String']['output'];
  /** How it is. */
  readonly state: ArchiveState;
  /** Its title. */
  readonly title: Scalars['String']['output'];
  /** When it changed last before it was archived. */
  readonly updatedAt: Scalars['DateTime']['output'];
};

/** A page of archives. */
export type ArchivedDocumentConnection = {
  readonly __typename?: 'ArchivedDocumentConnection';
  /** The archives with their cursors. */
  readonly edges: ReadonlyArray<ArchivedDocumentEdge>;
  /** The archives. */
  readonly nodes: ReadonlyArray<ArchivedDocument>;
  /** Where the page lies. */
  readonly pageInfo: PageInfo;
};

/** An archive in a page. */
export type ArchivedDocumentEdge = {
  readonly __typename?: 'ArchivedDocumentEdge';
  /** Where it lies. */
  readonly cursor: Scalars['String']['output'];
  /** The archive. */
  readonly node: ArchivedDocument;
};

/** Something that somebody did, or was refused. Entries are never changed; each carries the hash of the one before it. */
export type AuditEntry = {
  readonly __typename?: 'AuditEntry';
  /** `Mutation.createApiKey`, `Query.health`, `POST /ingest`, `authenticate`. */
  readonly action: Scalars['String']['output'];
  /** The subject that asked; null where it was not recognised. */
  readonly actor: Maybe<Scalars['String']['output']>;
  /** The client's address; null for what Trellis does by itself. */
  readonly address: Maybe<Scalars['String']['output']>;
  /** Id of the API key that it came with; null where it was none. */
  readonly apiKey: Maybe<Scalars['ID']['output']>;
  /** When it was kept. */
  readonly at: Scalars['DateTime']['output'];
  /** Code of the problem; null where there was none. */
  readonly code: Maybe<Scalars['String']['output']>;
  /** How many refusals of the same kind, from the same place, within a minute this stands for; 1 for everything done. */
  readonly count: Scalars['Int']['output'];
  /** What the problem said; null where there was none. */
  readonly detail: Maybe<Scalars['String']['output']>;
  /** SHA-256 over all of this and over the hash of the entry before it, in hex. */
  readonly hash: Scalars['String']['output'];
  /** Names the entry; ids sort by time. */
  readonly id: Scalars['ID']['output'];
  /** What came of it. */
  readonly outcome: AuditOutcome;
  /** The request's id, as it stands in logs and errors. */
  readonly requestId: Maybe<Scalars['String']['output']>;
  /** Ids and names that it was about, at most 20; never contents. */
  readonly targets: ReadonlyArray<Scalars['String']['output']>;
};

/** A page of the audit log. */
export type AuditEntryConnection = {
  readonly __typename?: 'AuditEntryConnection';
  /** The entries with their cursors. */
  readonly edges: ReadonlyArray<AuditEntryEdge>;
  /** The entries alone. */
  readonly nodes: ReadonlyArray<AuditEntry>;
  /** Where the page lies in the list. */
  readonly pageInfo: PageInfo;
};

/** An entry in a list. */
export type AuditEntryEdge = {
  readonly __typename?: 'AuditEntryEdge';
  /** To be given as `after` to read on behind this entry. */
  readonly cursor: Scalars['String']['output'];
  /** The entry. */
  readonly node: AuditEntry;
};

/** A place where the audit log is not as it was written. */
export type AuditFault = {
  readonly __typename?: 'AuditFault';
  /** What is wrong there. */
  readonly reason: Scalars['String']['output'];
  /** The part of the log, written by one process in one run. */
  readonly segment: Scalars['ID']['output'];
  /** The place in it, from 1. */
  readonly sequence: Scalars['Int']['output'];
};

/** Which entries of the audit log. All that is given must hold. */
export type AuditFilter = {
  /** The action, as an entry names it. */
  readonly action?: InputMaybe<Scalars['String']['input']>;
  /** The subject that asked. */
  readonly actor?: InputMaybe<Scalars['String']['input']>;
  /** Id of the API key that it came with. */
  readonly apiKey?: InputMaybe<Scalars['ID']['input']>;
  /** What came of it. */
  readonly outcome?: InputMaybe<AuditOutcome>;
  /** From this moment on; left out, from 30 days before `until`. At most 400 days before it. */
  readonly since?: InputMaybe<Scalars['DateTime']['input']>;
  /** Before this moment; left out, until now. */
  readonly until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** What came of what somebody asked. */
export type AuditOutcome =
  /** It was done. */
  | 'DONE'
  /** It failed, or the input was wrong; `code` says which. */
  | 'FAILED'
  /** It was refused: credentials, scopes or limits did not allow it. */
  | 'REFUSED';

/** Whether the audit log is whole. */
export type AuditVerification = {
  readonly __typename?: 'AuditVerification';
  /** The first fault of each part. */
  readonly faults: ReadonlyArray<AuditFault>;
  /** Whether every chain is unbroken, and every part is there. */
  readonly intact: Scalars['Boolean']['output'];
};

/** A backup in the target that is configured: the state of the graph at one moment, sealed, with all that belongs to it. */
export type Backup = {
  readonly __typename?: 'Backup';
  /** Name of the collection that it is of; null for a larger one. */
  readonly collection: Maybe<Scalars['String']['output']>;
  /** What there is of each kind; empty until it succeeded. */
  readonly counts: ReadonlyArray<BackupCount>;
  /** The subject of who asked for it. */
  readonly createdBy: Scalars['String']['output'];
  /** The moment whose state it holds; null until it succeeded. */
  readonly cutAt: Maybe<Scalars['DateTime']['output']>;
  /** When it was over; null while it runs. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** Its id. Ids sort by when backups were begun. */
  readonly id: Scalars['ID']['output'];
  /** Whether the last verification restored it on trial and found nothing wrong. One that is not proven may be none. */
  readonly isProven: Scalars['Boolean']['output'];
  /** Into how many parts it is divided. */
  readonly parts: Scalars['Int']['output'];
  /** Bytes before compression. */
  readonly plainBytes: Scalars['Float']['output'];
  /** Why it failed, or could not be verified, and what to do. */
  readonly problem: Maybe<Scalars['String']['output']>;
  /** How far it is while it runs or is verified; null otherwise. */
  readonly progress: Maybe<BackupProgress>;
  /** Of those, bytes that earlier backups have written and this one did not have to. */
  readonly reusedBytes: Scalars['Float']['output'];
  /** How much it holds. */
  readonly scope: BackupScopeKind;
  /**
   * The master key that it is sealed by, as far as that may be told: 16 digits, or `transit:` with mount and name of a key of
   * Vault. Null until it succeeded.
   */
  readonly sealedBy: Maybe<Scalars['String']['output']>;
  /** When it was begun. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** How far it is. */
  readonly state: BackupState;
  /** Bytes as they are stored, those included that earlier backups have written. */
  readonly storedBytes: Scalars['Float']['output'];
  /** The tenant that it is of; null for the whole installation. */
  readonly tenant: Maybe<Scalars['String']['output']>;
  /** What the last verification found; null where there was none. */
  readonly verification: Maybe<BackupVerification>;
};

/** A page of backups. */
export type BackupConnection = {
  readonly __typename?: 'BackupConnection';
  /** The backups with their cursors. */
  readonly edges: ReadonlyArray<BackupEdge>;
  /** The backups. */
  readonly nodes: ReadonlyArray<Backup>;
  /** Where the page lies. */
  readonly pageInfo: PageInfo;
};

/** How many of one kind a backup has. */
export type BackupCount = {
  readonly __typename?: 'BackupCount';
  /** How many. */
  readonly count: Scalars['Int']['output'];
  /** A label of nodes, a kind of edges, or `content`. */
  readonly name: Scalars['String']['output'];
};

/** A backup in a page. */
export type BackupEdge = {
  readonly __typename?: 'BackupEdge';
  /** Where it lies. */
  readonly cursor: Scalars['String']['output'];
  /** The backup. */
  readonly node: Backup;
};

/** Which backup is meant. */
export type BackupInput = {
  /** Its id. */
  readonly id: Scalars['ID']['input'];
};

/** A backup that something was asked of. */
export type BackupPayload = {
  readonly __typename?: 'BackupPayload';
  /** The backup as it is now. */
  readonly backup: Backup;
};

/** How far a backup, or its verification, is. */
export type BackupProgress = {
  readonly __typename?: 'BackupProgress';
  /** How much of `total` is done. */
  readonly done: Scalars['Int']['output'];
  /** What is being done, in words. */
  readonly step: Scalars['String']['output'];
  /** How much there is to do, as far as it is known. */
  readonly total: Scalars['Int']['output'];
};

/** How much a backup holds. */
export type BackupScopeKind =
  /** One collection, with the entities and relationships that its chunks speak of. */
  | 'COLLECTION'
  /** Every tenant, with users, API keys, jobs and the audit log. */
  | 'INSTALLATION'
  /** One tenant, with its users, roles and API keys, without the audit log. */
  | 'TENANT';

/** How far a backup is. */
export type BackupState =
  /** It is no backup: somebody stopped it. */
  | 'CANCELLED'
  /** It is no backup; `problem` says why. What it has written, the next one reuses. */
  | 'FAILED'
  /** It is being written. */
  | 'RUNNING'
  /** It is whole, and can be restored. */
  | 'SUCCEEDED';

/** What a verification found. */
export type BackupVerification = {
  readonly __typename?: 'BackupVerification';
  /** What is wrong, in sentences, 20 at most; empty where nothing is. */
  readonly findings: ReadonlyArray<Scalars['String']['output']>;
  /** How thoroughly it looked. */
  readonly level: VerificationLevel;
  /** When it was done. */
  readonly verifiedAt: Scalars['DateTime']['output'];
};

/** What of a date of birth is said. */
export type BirthDatePrecision =
  /** Its decade, such as `1980s`. */
  | 'DECADE'
  /** Its year, such as `1980`. */
  | 'YEAR';

/** The first user of an installation. */
export type BootstrapAdministratorInput = {
  /** What the user signs in with, 1 to 200 characters. */
  readonly name: Scalars['String']['input'];
  /** The user's password, 12 to 1,000 characters. Send it as a variable. */
  readonly password: Scalars['String']['input'];
  /** What is in the file that the server's log names. Send it as a variable. */
  readonly secret: Scalars['String']['input'];
  /** The tenant to make the user in. */
  readonly tenant: Scalars['String']['input'];
};

/** Archives to bring back. */
export type BringBackDocumentsInput = {
  /** Ids of archives, 1 to 100. */
  readonly ids: ReadonlyArray<Scalars['ID']['input']>;
};

/** What is being brought back. */
export type BringBackDocumentsPayload = {
  readonly __typename?: 'BringBackDocumentsPayload';
  /** The archives as they are now. One that was on its way already is among them. */
  readonly comingBack: ReadonlyArray<ArchivedDocument>;
  /** Jobs that index the documents, one a collection: `ingestionJob` and its subscription tell how far each is. */
  readonly jobIds: ReadonlyArray<Scalars['ID']['output']>;
  /** Archives that stay as they are, and why. */
  readonly refused: ReadonlyArray<ArchiveRefusal>;
};

/** A treatment to be ended. */
export type CancelPrivacyTreatmentInput = {
  /** Its id. */
  readonly id: Scalars['ID']['input'];
};

/** The password of whoever asks. */
export type ChangePasswordInput = {
  /** The present one. Send it as a variable. */
  readonly current: Scalars['String']['input'];
  /** The new one, 12 to 1,000 characters. Send it as a variable. */
  readonly password: Scalars['String']['input'];
};

/** What is checked. */
export type CheckConsistencyInput = {
  /**
   * Whether the whole installation or the part of your tenant alone. By default as much as you may: the whole for
   * credentials of the tenant that runs the installation, their own part for others, who are refused the whole.
   */
  readonly wholeInstallation?: InputMaybe<Scalars['Boolean']['input']>;
};

/** One engine or part. */
export type ComponentHealth = {
  readonly __typename?: 'ComponentHealth';
  /** What is wrong and what to do about it; null when nothing is. */
  readonly detail: Maybe<Scalars['String']['output']>;
  /** The product behind it, with its version. */
  readonly engine: Scalars['String']['output'];
  /** How long a trivial call took, in ms. */
  readonly latencyMs: Scalars['Float']['output'];
  /** A stable name, such as `graph`, `vectors`, `content` or `worker`. */
  readonly name: Scalars['String']['output'];
  /** How it is. */
  readonly state: HealthState;
};

/** A check that the stores agree, of the whole installation or of one tenant's part. */
export type ConsistencyCheck = {
  readonly __typename?: 'ConsistencyCheck';
  /** Faults by kind; a kind that is not here was not found. */
  readonly counts: ReadonlyArray<ConsistencyCount>;
  /** The faults, the first 200 of them. */
  readonly findings: ReadonlyArray<ConsistencyFinding>;
  /** When it was over; null before. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** Nodes, documents, entries of the index and contents that were looked at. */
  readonly looked: Scalars['Int']['output'];
  /** Why it was broken off; null where it was not. */
  readonly problem: Maybe<Scalars['String']['output']>;
  /** Whether it mends what it finds. */
  readonly repairs: Scalars['Boolean']['output'];
  /** When it was asked for. */
  readonly requestedAt: Scalars['DateTime']['output'];
  /** When it began; null before. One whose worker ended begins anew. */
  readonly startedAt: Maybe<Scalars['DateTime']['output']>;
  /** How far it is. */
  readonly state: ConsistencyCheckState;
  /** Where it is, or was in the end. */
  readonly step: ConsistencyStep;
  /** Whether it is of the whole installation. */
  readonly wholeInstallation: Scalars['Boolean']['output'];
};

/** What became of a call. */
export type ConsistencyCheckPayload = {
  readonly __typename?: 'ConsistencyCheckPayload';
  /** The check, as it waits. Ask `consistency` how far it is. */
  readonly check: ConsistencyCheck;
};

/** How far a check is. */
export type ConsistencyCheckState =
  /** It is over. */
  | 'DONE'
  /** It was broken off; `problem` says why. */
  | 'FAILED'
  /** It is under way; counts and findings grow. */
  | 'RUNNING'
  /** The leading worker comes to it within seconds. */
  | 'WAITING';

/** How many faults of one kind there are. */
export type ConsistencyCount = {
  readonly __typename?: 'ConsistencyCount';
  /** How many were found. */
  readonly found: Scalars['Int']['output'];
  /** What is wrong. */
  readonly kind: ConsistencyFaultKind;
  /** How many of those were mended, which was seen by looking again. */
  readonly mended: Scalars['Int']['output'];
  /** Where. */
  readonly store: ConsistencyStore;
};

/** What may be wrong between the stores, or in one of them. */
export type ConsistencyFaultKind =
  /** A document of the graph has lost a chunk from between others. Delete it and ingest it again. */
  | 'CHUNK_MISSING'
  /** A chunk is not what the document’s text says at its place. Delete the document and ingest it again. */
  | 'CHUNK_TEXT_DIFFERS'
  /** A chunk of the graph whose document is not there. A repair deletes it as the document’s deletion would. */
  | 'CHUNK_WITHOUT_DOCUMENT'
  /** Bytes are not what their hash says. Delete the document and ingest it again, or restore them. */
  | 'CONTENT_DAMAGED'
  /** Bytes that a document needs are not there. Delete the document and ingest it again, or restore them. */
  | 'CONTENT_MISSING'
  /** Bytes that nothing refers to, an hour after they were written. A repair deletes them. */
  | 'CONTENT_UNUSED'
  /** A relationship whose edge is not there, or an entity at its end. A repair makes the edge, or deletes the relationship. */
  | 'EDGE_MISSING'
  /** An edge whose relationship is not there, or joins other entities. A repair deletes it. */
  | 'EDGE_STRAY'
  /** The edge of a relationship is there twice. A repair keeps one. */
  | 'EDGE_TWICE'
  /** An entity that no chunk mentions. A repair deletes it. */
  | 'ENTITY_UNSUPPORTED'
  /** The index holds an entry that belongs to no chunk and no document. A repair deletes it. */
  | 'ENTRY_STRAY'
  /** The index holds a chunk or a document that the graph does not know. A repair deletes it. */
  | 'ENTRY_UNKNOWN'
  /** A document of which filters know something else than the graph. A repair puts it right. */
  | 'FACTS_DIFFER'
  /** A document that filters do not know. A repair tells them of it. */
  | 'FACTS_MISSING'
  /** A name that names no entity. A repair deletes it. */
  | 'NAME_UNUSED'
  /** Two nodes of the graph have one id. A repair keeps the one with the most edges. */
  | 'NODE_TWICE'
  /** A chunk that the keyword index has with other words, or in another document. A repair puts it right. */
  | 'POSTING_DIFFERS'
  /** A chunk that the keyword index does not have. A repair puts it there. */
  | 'POSTING_MISSING'
  /** A relationship that no chunk states. A repair deletes it. */
  | 'RELATIONSHIP_UNSUPPORTED'
  /** A vector that is not of unit length, or belongs to another document. A repair embeds the chunk anew. */
  | 'VECTOR_DIFFERS'
  /** A chunk without a vector. A repair embeds it, unless the embedder refuses its text. */
  | 'VECTOR_MISSING'
  /** A chunk with more than one vector. A repair keeps one. */
  | 'VECTOR_TWICE';

/** One fault. */
export type ConsistencyFinding = {
  readonly __typename?: 'ConsistencyFinding';
  /** What is wrong in a sentence, and what to do where a repair cannot mend it. */
  readonly detail: Scalars['String']['output'];
  /** What is wrong. */
  readonly kind: ConsistencyFaultKind;
  /** Whether a repair mends it. */
  readonly mendable: Scalars['Boolean']['output'];
  /** Whether this check has mended it. */
  readonly mended: Scalars['Boolean']['output'];
  /** Where. */
  readonly store: ConsistencyStore;
  /** Id of the chunk, document, entity, name or relationship; the hash of a content. */
  readonly target: Scalars['String']['output'];
  /** Whose it is. */
  readonly tenant: Scalars['String']['output'];
};

/** What a check goes through, in this order. */
export type ConsistencyStep =
  /** What the content store holds against the graph and against its hashes. */
  | 'CONTENT'
  /** Documents against their texts, and the index against them. */
  | 'DOCUMENTS'
  /** The graph against itself. */
  | 'GRAPH'
  /** What the index holds against the graph. */
  | 'INDEX';

/** Where a fault lies. */
export type ConsistencyStore =
  /** Raw bytes and parsed texts. */
  | 'CONTENT'
  /** The graph, which is the truth for the others. */
  | 'GRAPH'
  /** The index that answers: vectors, keyword postings, and what filters look at. */
  | 'INDEX';

/** The key to make. It may have nothing that its maker lacks. */
export type CreateApiKeyInput = {
  /**
   * Names of the collections that it is bound to, 1 to 50, each of which exists. Left out, it may use every one. Whoever
   * sends the key is told what chunks of these collections say, counts and scores included, and nothing else.
   */
  readonly collections?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** When it ends by itself; left out for never. */
  readonly expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Whether it is for real use. */
  readonly kind?: InputMaybe<ApiKeyKind>;
  /** What it may spend; left out for no limits. */
  readonly limits?: InputMaybe<ApiKeyLimitsInput>;
  /** What it is for, 1 to 200 characters. */
  readonly name: Scalars['String']['input'];
  /** What it may do, 1 to 20 scopes such as `documents:read`. */
  readonly scopes: ReadonlyArray<Scalars['String']['input']>;
};

/** What to back up. */
export type CreateBackupInput = {
  /** Name of the collection, for `COLLECTION` alone. */
  readonly collection?: InputMaybe<Scalars['String']['input']>;
  /** How much. */
  readonly scope: BackupScopeKind;
};

/** The role to make. Nobody gives more than they have themselves. */
export type CreateRoleInput = {
  /** Its name, kept in small letters. */
  readonly name: Scalars['String']['input'];
  /** What those who have it may do, 1 to 20 scopes. */
  readonly scopes: ReadonlyArray<Scalars['String']['input']>;
};

/** The user to make. Nobody gives more than they have themselves. */
export type CreateUserInput = {
  /** What the user signs in with, 1 to 200 characters. */
  readonly name: Scalars['String']['input'];
  /** The user's password, 12 to 1,000 characters. Send it as a variable. */
  readonly password: Scalars['String']['input'];
  /** Names of roles, at most 20. */
  readonly roles: ReadonlyArray<Scalars['String']['input']>;
};

/** A submitted document that could not be indexed. Its raw bytes are kept until it is replayed or discarded. */
export type DeadLetter = {
  readonly __typename?: 'DeadLetter';
  /** What kind of problem it is, such as `UNPROCESSABLE_DOCUMENT`. */
  readonly code: Scalars['String']['output'];
  /** Id of the collection. */
  readonly collectionId: Scalars['ID']['output'];
  /** Id of the document, which may never have become visible. */
  readonly documentId: Scalars['ID']['output'];
  /** When it failed. Null where that was before Trellis noted it. */
  readonly failedAt: Maybe<Scalars['DateTime']['output']>;
  /** Names it for `replayDeadLetters` and `discardDeadLetters`. */
  readonly id: Scalars['ID']['output'];
  /** Whether the document was submitted again since. Then this one is not replayed: it would take the place of a newer version. */
  readonly isReplaced: Scalars['Boolean']['output'];
  /** The job that it failed in. */
  readonly jobId: Scalars['ID']['output'];
  /** The caller's key. */
  readonly key: Maybe<Scalars['String']['output']>;
  /** IANA media type of the raw document. */
  readonly mediaType: Scalars['String']['output'];
  /** What is wrong, and what to do. */
  readonly message: Scalars['String']['output'];
  /** Where it failed. */
  readonly step: IngestionStep;
  /** When it was submitted. */
  readonly submittedAt: Scalars['DateTime']['output'];
  /** The title that the caller gave. Null where it was to be taken from the content. */
  readonly title: Maybe<Scalars['String']['output']>;
};

/** A page of dead letters. */
export type DeadLetterConnection = {
  readonly __typename?: 'DeadLetterConnection';
  /** The dead letters with their cursors. */
  readonly edges: ReadonlyArray<DeadLetterEdge>;
  /** The dead letters. */
  readonly nodes: ReadonlyArray<DeadLetter>;
  /** Where the page lies. */
  readonly pageInfo: PageInfo;
};

/** A dead letter in a page. */
export type DeadLetterEdge = {
  readonly __typename?: 'DeadLetterEdge';
  /** Where it lies. */
  readonly cursor: Scalars['String']['output'];
  /** The dead letter. */
  readonly node: DeadLetter;
};

/** Which dead letters. All conditions must hold; without any, every one of the tenant. */
export type DeadLetterFilter = {
  /** What kind of problem it is, such as `UNAVAILABLE`. */
  readonly code?: InputMaybe<Scalars['String']['input']>;
  /** Name of a collection. */
  readonly collection?: InputMaybe<Scalars['String']['input']>;
  /** Id of the job that they failed in. */
  readonly job?: InputMaybe<Scalars['ID']['input']>;
  /** Where they failed. */
  readonly step?: InputMaybe<IngestionStep>;
};

/** A dead letter that stays, and why. */
export type DeadLetterRefusal = {
  readonly __typename?: 'DeadLetterRefusal';
  /** What is wrong: `NOT_FOUND`, or `CONFLICT` for one that was submitted again since or that a legal hold keeps. */
  readonly code: Scalars['String']['output'];
  /** Its id, as it was asked for. */
  readonly id: Scalars['ID']['output'];
  /** What to do about it. */
  readonly message: Scalars['String']['output'];
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

/** Archives to delete for good. */
export type DeleteArchivedDocumentsInput = {
  /** Ids of archives, 1 to 100. */
  readonly ids: ReadonlyArray<Scalars['ID']['input']>;
};

/** What was deleted for good. */
export type DeleteArchivedDocumentsPayload = {
  readonly __typename?: 'DeleteArchivedDocumentsPayload';
  /** Ids of the archives that are gone. */
  readonly ids: ReadonlyArray<Scalars['ID']['output']>;
  /** Ids that name none. */
  readonly notFound: ReadonlyArray<Scalars['ID']['output']>;
};

/** A backup that is gone. */
export type DeleteBackupPayload = {
  readonly __typename?: 'DeleteBackupPayload';
  /** The id that it had. */
  readonly id: Scalars['ID']['output'];
};

/** The role to delete. */
export type DeleteRoleInput = {
  /** The role's name. */
  readonly name: Scalars['String']['input'];
};

/** The role that was deleted. */
export type DeleteRolePayload = {
  readonly __typename?: 'DeleteRolePayload';
  /** Its name. */
  readonly name: Scalars['String']['output'];
};

/** The user to delete. */
export type DeleteUserInput = {
  /** The user's id. */
  readonly id: Scalars['ID']['input'];
};

/** The user who was deleted. */
export type DeleteUserPayload = {
  readonly __typename?: 'DeleteUserPayload';
  /** The user's id. */
  readonly id: Scalars['ID']['output'];
};

/** The end of a key. */
export type DestroyPseudonymKeyInput = {
  /** The sentence `destroy the key of TENANT for good`, with the tenant's name. */
  readonly confirmation: Scalars['String']['input'];
};

/** Keys that are gone. */
export type DestroyPseudonymKeyPayload = {
  readonly __typename?: 'DestroyPseudonymKeyPayload';
  /** Their ids, which tell nothing of them. Empty where there was none. */
  readonly destroyed: ReadonlyArray<Scalars['ID']['output']>;
};

/** The user to disable. */
export type DisableUserInput = {
  /** The user's id. */
  readonly id: Scalars['ID']['input'];
};

/** Dead letters to discard: by id, or by a filter, which takes the first 1,000. */
export type DiscardDeadLettersInput = {
  /** Which ones, by what they are. */
  readonly filter?: InputMaybe<DeadLetterFilter>;
  /** Ids of dead letters, at most 1,000. Give these or a filter. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

/** What was discarded. */
export type DiscardDeadLettersPayload = {
  readonly __typename?: 'DiscardDeadLettersPayload';
  /** Ids of the dead letters that are gone. */
  readonly ids: ReadonlyArray<Scalars['ID']['output']>;
  /** Whether the filter takes in more than the 1,000 of one call: ask again. */
  readonly more: Scalars['Boolean']['output'];
  /** Those that stay, and why. */
  readonly refused: ReadonlyArray<DeadLetterRefusal>;
};

/** An embedder, by what it does to a text. */
export type EmbedderFingerprint = {
  readonly __typename?: 'EmbedderFingerprint';
  /** Numbers in one vector. */
  readonly dimensions: Scalars['Int']['output'];
  /** Changes whenever an equal text may get another vector, such as `openai:text-embedding-3-small@api.example.com/1536`. */
  readonly fingerprint: Scalars['String']['output'];
};

/** The user to enable. */
export type EnableUserInput = {
  /** The user's id. */
  readonly id: Scalars['ID']['input'];
};

/** The session to end. */
export type EndSessionInput = {
  /** The session's id. */
  readonly id: Scalars['ID']['input'];
};

/** Whether the session ended. */
export type EndSessionPayload = {
  readonly __typename?: 'EndSessionPayload';
  /** Whether it was open: not where it had ended already. */
  readonly ended: Scalars['Boolean']['output'];
};

/** Whose sessions to end. */
export type EndSessionsInput = {
  /** The user's id; left out for those of whoever asks, the one that asks among them. */
  readonly user?: InputMaybe<Scalars['ID']['input']>;
};

/** The sessions that ended. */
export type EndSessionsPayload = {
  readonly __typename?: 'EndSessionsPayload';
  /** How many were open. */
  readonly ended: Scalars['Int']['output'];
};

/** Somebody whose documents are to be erased: by name, by metadata, or by both. */
export type EraseSubjectInput = {
  /** Only documents of this collection meet the conditions. */
  readonly collection?: InputMaybe<Scalars['String']['input']>;
  /** Conditions that tell which documents are theirs, all of them; at most 20. */
  readonly metadata?: InputMaybe<ReadonlyArray<MetadataMatchInput>>;
  /** Names as documents write them, at most 20: every document that mentions an entity called so is erased. */
  readonly names?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Why, for the audit log; 1 to 2,000 characters. Write no name into it: it is kept. */
  readonly reason: Scalars['String']['input'];
};

/** How much an erasure removed, store by store. */
export type ErasedAmounts = {
  readonly __typename?: 'ErasedAmounts';
  /** Archives destroyed, each with its key. */
  readonly archives: Scalars['Int']['output'];
  /** Chunks removed from the graph. */
  readonly chunks: Scalars['Int']['output'];
  /** Contents removed: raw bytes and parsed texts. */
  readonly contents: Scalars['Int']['output'];
  /** Entities that nothing mentioned any more. */
  readonly entities: Scalars['Int']['output'];
  /** Mentions removed from the graph. */
  readonly mentions: Scalars['Int']['output'];
  /** Other spellings that named nothing any more. */
  readonly names: Scalars['Int']['output'];
  /** Postings removed from the keyword index. */
  readonly postings: Scalars['Int']['output'];
  /** Relationships that nothing supported any more. */
  readonly relationships: Scalars['Int']['output'];
  /** Pieces of evidence removed from relationships. */
  readonly statements: Scalars['Int']['output'];
  /** Vectors removed. */
  readonly vectors: Scalars['Int']['output'];
};

/** What an erasure would reach. */
export type ErasurePlan = {
  readonly __typename?: 'ErasurePlan';
  /**
   * The archives that would be destroyed: of documents that mention one of the names, are theirs by their metadata, or are
   * erased in another version.
   */
  readonly archiveIds: ReadonlyArray<Scalars['ID']['output']>;
  /** The documents that would be erased, by id. */
  readonly documentIds: ReadonlyArray<Scalars['ID']['output']>;
  /** Those of the documents, archived or not, that legal holds keep. Where there is one, nothing is erased. */
  readonly held: ReadonlyArray<HeldDocument>;
};

/** What was erased, and what is left. */
export type ErasureReceipt = {
  readonly __typename?: 'ErasureReceipt';
  /** The documents that were erased, with those that were archived. */
  readonly documentIds: ReadonlyArray<Scalars['ID']['output']>;
  /** Names the erasure in the audit log, and in what is kept of it for restores. */
  readonly id: Scalars['ID']['output'];
  /** What is left. */
  readonly left: ErasureRemains;
  /** How much it was. */
  readonly removed: ErasedAmounts;
};

/** What the stores said that they still have, asked after the erasure. */
export type ErasureRemains = {
  readonly __typename?: 'ErasureRemains';
  /** Archives of which something still lies where backups are kept. */
  readonly archives: Scalars['Int']['output'];
  /** Chunks in which one of the names is still written, at most 1,000: where it was not taken for a name. Look at them. */
  readonly chunks: Scalars['Int']['output'];
  /** Of their contents: those that another document of the tenant holds, too. */
  readonly contents: Scalars['Int']['output'];
  /** Of the documents. */
  readonly documents: Scalars['Int']['output'];
  /** Entities that are still called by one of the names, because documents name them that have come since. */
  readonly entities: Scalars['Int']['output'];
};

/** Requests that a gateway refused. */
export type GatewayRefusal = {
  /** What was refused. */
  readonly action: Scalars['String']['input'];
  /** The subject, where it was recognised. */
  readonly actor?: InputMaybe<Scalars['String']['input']>;
  /** The client's address. */
  readonly address?: InputMaybe<Scalars['String']['input']>;
  /** Id of the key that was recognised. */
  readonly apiKey?: InputMaybe<Scalars['ID']['input']>;
  /** Code of the problem. */
  readonly code: Scalars['String']['input'];
  /** How many there were. */
  readonly count: Scalars['Int']['input'];
  /** What it said. */
  readonly detail: Scalars['String']['input'];
  /** Id of the first of these requests. */
  readonly requestId?: InputMaybe<Scalars['String']['input']>;
  /** The tenant of a key that was recognised; left out for credentials that nobody knows. */
  readonly tenant?: InputMaybe<Scalars['String']['input']>;
};

/** How exactly that is said which is said less exactly. */
export type Generalisation = {
  readonly __typename?: 'Generalisation';
  /** How many years a band of ages has: with 10, 34 becomes `30–39`. */
  readonly ageBandYears: Scalars['Int']['output'];
  /**
   * Who is older is told from nobody who is older: with 89, 93 becomes `90+`, and who was born so long ago was born `1936 or before`.
   * 150 for nobody. A band or a decade that it cuts is told with what is above.
   */
  readonly ageMax: Scalars['Int']['output'];
  /** What of a date of birth is said. */
  readonly birthDate: BirthDatePrecision;
  /** How many digits of a post code are said. */
  readonly postcodeDigits: Scalars['Int']['output'];
};

/** How exactly that is to be said which is said less exactly. What is left out is as the Safe Harbor method of HIPAA has it, or coarser. */
export type GeneralisationInput = {
  /** How many years a band of ages has, from 2 to 50: 10 unless given. */
  readonly ageBandYears?: InputMaybe<Scalars['Int']['input']>;
  /**
   * The highest age that is told from others, from 50 to 150: 89 unless given, 150 for no such limit. A band or a decade that it cuts
   * is told with what is above.
   */
  readonly ageMax?: InputMaybe<Scalars['Int']['input']>;
  /** What of a date of birth is said: `YEAR` unless given. */
  readonly birthDate?: InputMaybe<BirthDatePrecision>;
  /**
   * How many digits of a post code are said, from 0 to 3: 2 unless given. Of a post code with four digits at most two are, of a British
   * one the district, and with 1 its area. Three digits are left out where few people live behind them in the United States.
   */
  readonly postcodeDigits?: InputMaybe<Scalars['Int']['input']>;
};

/** A recovery from the loss of the primary. */
export type GraphRecovery = {
  readonly __typename?: 'GraphRecovery';
  /** Its id, by which the audit log names it. */
  readonly id: Scalars['ID']['output'];
  /** How far it is. */
  readonly phase: RecoveryPhase;
  /** When the primary was first suspected. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** When the last step was taken. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** Why the last step was taken. */
  readonly why: Scalars['String']['output'];
};

/** One of the two graph servers. */
export type GraphServer = {
  readonly __typename?: 'GraphServer';
  /** Of a standby: how many writes of the primary it lacks, at most so many while it is away. Null where that is not known. */
  readonly behind: Maybe<Scalars['Int']['output']>;
  /** Whether the process that was asked reaches it. */
  readonly isReached: Scalars['Boolean']['output'];
  /** By which settings it is known. */
  readonly place: GraphServerPlace;
  /** What it is for now. */
  readonly role: GraphServerRole;
};

/** By which settings a graph server is known. */
export type GraphServerPlace =
  /** `TRELLIS_GRAPH_URL`. */
  | 'FIRST'
  /** `TRELLIS_GRAPH_STANDBY_URL`. */
  | 'SECOND';

/** What a graph server is for. */
export type GraphServerRole =
  /** It takes writes. */
  | 'PRIMARY'
  /** It takes over when the primary is lost. */
  | 'STANDBY'
  /** Which one it is cannot be seen now. */
  | 'UNKNOWN';

/** How the whole system is: the worst state of its components. */
export type Health = {
  readonly __typename?: 'Health';
  /** Each engine and part. */
  readonly components: ReadonlyArray<ComponentHealth>;
  /** `UP` when every component is. */
  readonly state: HealthState;
  /** Trellis's version, as in `package.json`. */
  readonly version: Scalars['String']['output'];
};

/** How a part of the system is. */
export type HealthState =
  /** It works with a restriction, which `detail` names. */
  | 'DEGRADED'
  /** It does not answer; `detail` says why. */
  | 'DOWN'
  /** It works. */
  | 'UP';

/** A document that a legal hold keeps. */
export type HeldDocument = {
  readonly __typename?: 'HeldDocument';
  /** Its id. */
  readonly documentId: Scalars['ID']['output'];
  /** Name of the hold. */
  readonly hold: Scalars['String']['output'];
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

/** What a key that was shown is good for. */
export type KeyGrant = {
  readonly __typename?: 'KeyGrant';
  /** Ids of the collections that it is bound to. */
  readonly collections: Maybe<ReadonlyArray<Scalars['ID']['output']>>;
  /** Points in a minute. */
  readonly costPerMinute: Maybe<Scalars['Int']['output']>;
  /** When the secret that was shown ends by itself. */
  readonly expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** The key's id. */
  readonly id: Scalars['ID']['output'];
  /** Why it is not taken: `EXPIRED`, `REVOKED`, `REPLACED` or `FOREIGN`. */
  readonly refusal: Maybe<Scalars['String']['output']>;
  /** Requests in a minute. */
  readonly requestsPerMinute: Maybe<Scalars['Int']['output']>;
  /** What it may do. */
  readonly scopes: ReadonlyArray<Scalars['String']['output']>;
  /** The tenant that it belongs to. */
  readonly tenant: Scalars['String']['output'];
};

/** When a key was used. */
export type KeyUse = {
  /** When. */
  readonly at: Scalars['DateTime']['input'];
  /** The key's id. */
  readonly id: Scalars['ID']['input'];
};

/**
 * Documents that nobody deletes, neither by a call nor by a policy nor by an erasure, and whose versions nobody replaces, as
 * long as it lasts.
 */
export type LegalHold = {
  readonly __typename?: 'LegalHold';
  /** Name of the collection whose documents it keeps. Null for every one. */
  readonly collection: Maybe<Scalars['String']['output']>;
  /** When it was placed. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Subject of who placed it. */
  readonly createdBy: Scalars['String']['output'];
  /** Conditions that the documents meet, all of them. */
  readonly metadata: ReadonlyArray<MetadataMatch>;
  /** Its name, unique in the tenant. */
  readonly name: Scalars['String']['output'];
  /** Why they are kept. */
  readonly reason: Scalars['String']['output'];
};

/** A legal hold. Without collection and metadata it keeps every document of the tenant. */
export type LegalHoldInput = {
  /** Name of a collection. */
  readonly collection?: InputMaybe<Scalars['String']['input']>;
  /** Conditions that documents must meet, all of them; at most 20. */
  readonly metadata?: InputMaybe<ReadonlyArray<MetadataMatchInput>>;
  /** Its name; a hold of that name is replaced. 1 to 200 characters. */
  readonly name: Scalars['String']['input'];
  /** Why they are kept; 1 to 2,000 characters. */
  readonly reason: Scalars['String']['input'];
};

/** A legal hold after a change. */
export type LegalHoldPayload = {
  readonly __typename?: 'LegalHoldPayload';
  /** As it is now. */
  readonly hold: LegalHold;
};

/** A condition on one metadata key of documents. */
export type MetadataMatch = {
  readonly __typename?: 'MetadataMatch';
  /** Its value, or one element of it where it is a list, is one of these texts. */
  readonly in: ReadonlyArray<Scalars['String']['output']>;
  /** The key; dots reach into objects. */
  readonly key: Scalars['String']['output'];
};

/** A condition on one metadata key of documents. */
export type MetadataMatchInput = {
  /** Its value, or one element of it where it is a list, is one of these texts; 1 to 500. */
  readonly in: ReadonlyArray<Scalars['String']['input']>;
  /** The key; dots reach into objects. */
  readonly key: Scalars['String']['input'];
};

/** A change of the data that is stored already, from one version of Trellis to the next. */
export type Migration = {
  readonly __typename?: 'Migration';
  /** Whether it can be taken back. */
  readonly canRevert: Scalars['Boolean']['output'];
  /** What it changes, in a sentence. */
  readonly description: Scalars['String']['output'];
  /** How much of `total` it has looked at. */
  readonly done: Scalars['Int']['output'];
  /** When it was done, or taken back. Null before. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** Its name. */
  readonly name: Scalars['String']['output'];
  /** Its place in the order, from 1 on. */
  readonly number: Scalars['Int']['output'];
  /** Why it does not go on now; it is tried again. Null where nothing is wrong. */
  readonly problem: Maybe<Scalars['String']['output']>;
  /** When it began. Null before. */
  readonly startedAt: Maybe<Scalars['DateTime']['output']>;
  /** How far it is. */
  readonly state: MigrationState;
  /** How much it looks at; 0 before it has begun. */
  readonly total: Scalars['Int']['output'];
};

/** How far a migration of the data is. */
export type MigrationState =
  /** The data is as this version writes it. */
  | 'DONE'
  /** Nobody has asked for it. With `TRELLIS_MIGRATIONS=auto` it begins by itself. */
  | 'PENDING'
  /** It was asked for, and begins soon. */
  | 'REQUESTED'
  /** It was taken back. It is made again only when somebody asks for it. */
  | 'REVERTED'
  /** It changes the data, piece by piece, while everybody reads and writes. */
  | 'RUNNING';

/** The migrations after a call. */
export type MigrationsPayload = {
  readonly __typename?: 'MigrationsPayload';
  /** All that this version knows, in order. */
  readonly migrations: ReadonlyArray<Migration>;
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /**
   * Makes the documents that are there what the policies of now want, also where these want less than before. The leading worker
   * goes through them and sends each again as it came; `privacyTreatments` tells how far it is. Legal holds are kept. What is
   * sealed under a policy that takes out what this one leaves is treated with `privacy:reveal` alone, and fails without. `CONFLICT` while one is under way, `NOT_FOUND` for a collection that is not there. Needs `admin:data`.
   */
  readonly applyPrivacyPolicy: PrivacyTreatmentPayload;
  /**
   * Archives documents: each is sealed with a key of its own into the backup target, read back, and only then deleted as
   * `deleteDocuments` does. What cannot be archived stays as it is and is told: under a legal hold, not indexed yet, changed
   * meanwhile. `CONFLICT` where no target is configured. Needs `admin:data`.
   */
  readonly archiveDocuments: ArchiveDocumentsPayload;
  /**
   * Makes the first user of an installation, an operator, by a secret on the server's own disk. `CONFLICT` once there is
   * any user. Needs no token; without one, it stands alone in its operation.
   */
  readonly bootstrapAdministrator: UserPayload;
  /**
   * Brings archived documents back: each is ingested again as it was, under the same id and with the same `createdAt`. An
   * archive that is damaged or missing is refused, as is one whose document is there again, one that is sealed with a key that
   * was destroyed (`CONFLICT`), and without `privacy:reveal` one that is sealed under another privacy policy than that of now
   * (`FORBIDDEN`). `CONFLICT` where no target is configured. Needs `admin:data`.
   */
  readonly bringBackDocuments: BringBackDocumentsPayload;
  /** Stops a backup that runs, in whichever process, within seconds. `CONFLICT` where it is over. Needs `admin:backups`. */
  readonly cancelBackup: BackupPayload;
  /** Ends a treatment that is under way. What it did stays. `CONFLICT` where it is over. Needs `admin:data`. */
  readonly cancelPrivacyTreatment: PrivacyTreatmentPayload;
  /**
   * Stops a restore that is `RUNNING`, or drops one that is `READY`. Documents of a tenant or a collection that are back stay
   * back. `CONFLICT` where it is neither. Needs `admin:backups`.
   */
  readonly cancelRestore: RestorePayload;
  /** Gives whoever asks another password, and ends all of their sessions. Needs the token of a user who signed in. */
  readonly changePassword: UserPayload;
  /** Asks for a check that the stores agree, and changes nothing in them. The leading worker carries it out. `CONFLICT` where the last one is not over. Needs `admin:data`. */
  readonly checkConsistency: ConsistencyCheckPayload;
  /** Drops the old index for good. `CONFLICT` unless the state is `SWITCHED`. Needs `admin:data` as `reembed` does. */
  readonly confirmReembedding: ReembeddingPayload;
  /**
   * Drops what was there before a restore that is `SWITCHED`, for good. Needs `admin:backups` in the tenant that runs the
   * installation.
   */
  readonly confirmRestore: RestorePayload;
  /** Makes an API key. Needs `admin:keys`. */
  readonly createApiKey: ApiKeySecretPayload;
  /**
   * Begins a backup, while reads and writes go on. It is answered once that is under way: `Subscription.backup` tells how
   * far it is. `CONFLICT` while another one runs. Needs `admin:backups`; `INSTALLATION` needs it in the tenant that runs the
   * installation (`TRELLIS_OPERATOR_TENANT`).
   */
  readonly createBackup: BackupPayload;
  /** Makes a role. Needs `admin:users`, and all that the role may do. */
  readonly createRole: RolePayload;
  /** Makes a user. Needs `admin:users`, and all that the user may do. */
  readonly createUser: UserPayload;
  /**
   * Deletes archives for good, the key of each first. `CONFLICT`, and nothing is deleted, where a legal hold keeps one, where
   * one is being brought back, or where no target is configured. Needs `admin:data`.
   */
  readonly deleteArchivedDocuments: DeleteArchivedDocumentsPayload;
  /** Removes a backup for good. What later ones reuse of it stays. `CONFLICT` while a backup runs. Needs `admin:backups`. */
  readonly deleteBackup: DeleteBackupPayload;
  /** Takes a retention policy away. `NOT_FOUND` where there is none. Needs `admin:data`. */
  readonly deleteRetentionPolicy: RetentionRemovalPayload;
  /** Deletes a role that nobody has; `CONFLICT` otherwise. Needs `admin:users`, and all that the role may do. */
  readonly deleteRole: DeleteRolePayload;
  /**
   * Deletes a user with all sessions and their access tokens, for good. API keys that the user made stay; so do entries of
   * the audit log, which have the user's id and no name. Needs `admin:users`, and all that the user may do.
   */
  readonly deleteUser: DeleteUserPayload;
  /**
   * Destroys the tenant's key for good: nobody learns any more what stands behind its pseudonyms, and nobody can open its raw
   * documents, here and in every backup. Texts with pseudonyms stay as they are and are found. Needs `admin:data`.
   */
  readonly destroyPseudonymKey: DestroyPseudonymKeyPayload;
  /**
   * Ends a user's sessions with their access tokens, and lets the user sign in no more. Needs `admin:users`, and all that the
   * user may do.
   */
  readonly disableUser: UserPayload;
  /**
   * Removes dead letters for good, with their raw bytes and with documents that never had a version. A legal hold keeps those
   * of its documents. Needs `admin:data`.
   */
  readonly discardDeadLetters: DiscardDeadLettersPayload;
  /** Lets a user sign in again. Needs `admin:users`, and all that the user may do. */
  readonly enableUser: UserPayload;
  /** Ends a session with its access tokens: one of whoever asks, or, with `admin:users`, of a user who may not do more. */
  readonly endSession: EndSessionPayload;
  /** Ends all sessions of whoever asks, or, with `admin:users`, of a user who may not do more, with their access tokens. */
  readonly endSessions: EndSessionsPayload;
  /**
   * Erases every document that names somebody, or is theirs by its metadata, archived or not, with all that only it
   * supports, and asks every store what is left. It cannot be taken back: ask `erasurePlan` first. `CONFLICT` where a legal hold keeps one of
   * the documents. Needs `admin:data`.
   */
  readonly eraseSubject: ErasureReceipt;
  /** Notes when keys were used, and gives how many. */
  readonly noteKeyUses: Scalars['Int']['output'];
  /** Keeps what a gateway refused in the audit log, and gives how many entries that were. */
  readonly noteRefusals: Scalars['Int']['output'];
  /** Places a legal hold: once it is answered, nothing of it is deleted or replaced any more. Needs `admin:data`. */
  readonly placeLegalHold: LegalHoldPayload;
  /**
   * Makes the standby of the graph the primary. Where both servers are well they change places, and nothing is lost.
   * `CONFLICT` where writes that were acknowledged would be lost, or nobody can tell, since there is no Redis, without
   * `force`. Needs `admin:data` in the tenant that runs the installation.
   */
  readonly promoteStandby: StandbyPayload;
  /**
   * Begins to fill a new index with vectors of the configured embedder, beside the one that answers. When it is complete,
   * searches ask the new one, in one step. `CONFLICT` while another re-embedding is not over, and where the configured
   * embedder has filled the index already. Needs `admin:data` in the tenant
   * that runs the installation (`TRELLIS_OPERATOR_TENANT`), for it concerns every tenant.
   */
  readonly reembed: ReembeddingPayload;
  /**
   * Gives the next access token and the next refresh token of a session. A refresh token that was used before ends the
   * session. Needs no token; without one, it stands alone in its operation.
   */
  readonly refreshSession: SessionPayload;
  /** Releases a legal hold. `NOT_FOUND` where there is none. Needs `admin:data`. */
  readonly releaseLegalHold: RetentionRemovalPayload;
  /**
   * The same, and what is found is mended as the graph says it should be. Searches and ingestion go on meanwhile. `CONFLICT`
   * where the last one is not over. Needs `admin:data`.
   */
  readonly repairConsistency: ConsistencyCheckPayload;
  /**
   * Submits dead letters again as they were, in new jobs: for when the reason why they failed is gone. Their old jobs count
   * them as failed still, and show them no more. One that is sealed under a privacy policy that takes out more than that of
   * now is refused (`FORBIDDEN`) without `privacy:reveal`. Needs `admin:data`.
   */
  readonly replayDeadLetters: ReplayDeadLettersPayload;
  /**
   * Begins to fill the standby of the graph with all that the primary has; writes wait until that is done. Ask `recovery`
   * how far it is. `CONFLICT` where the standby is attached. Needs `admin:data` in the tenant that runs the installation.
   */
  readonly reseedStandby: StandbyPayload;
  /**
   * Begins to bring a backup back while reads and writes go on; `Subscription.restore` tells how far it is.
   *
   * `INSTALLATION` restores beside the running data and compares; nothing changes until `switchRestore`. What is written
   * between the moment of the backup and the switch is not carried over: it stays in the old data, which is kept until
   * `confirmRestore`. Erasures since are done again. `CONFLICT` where the engines have no second place (a graph with a standby,
   * a mirrored index, an embedded graph beside servers), while another one is under way, or while an earlier one waits to
   * be confirmed. On servers the leading worker does it, and begins anew where a process has died.
   *
   * `TENANT` and `COLLECTION`, on any engines, read and verify all of that part first, then bring back document by document,
   * each in one step, among everything else that runs. What was changed in those documents since gives way. What was erased
   * for somebody stays away; what a legal hold keeps stays as it is.
   *
   * Needs `admin:backups`; `INSTALLATION` needs it in the tenant that runs the installation (`TRELLIS_OPERATOR_TENANT`).
   */
  readonly restoreBackup: RestorePayload;
  /** Tells what stands behind pseudonyms of a document. `CONFLICT` once their key is destroyed. Needs `privacy:reveal`. */
  readonly revealPseudonyms: RevealPseudonymsPayload;
  /**
   * Takes migrations back, so that an older version can read the data. `CONFLICT` where one is under way or cannot be
   * taken back; then none is. Needs `admin:data` in the tenant that runs the installation.
   */
  readonly revertMigrations: MigrationsPayload;
  /**
   * Gives up a re-embedding that is `RUNNING`, or goes back to the old index of one that is `SWITCHED`, with all that was
   * ingested since. `CONFLICT` otherwise, and where the old embedder is not configured. Needs `admin:data` as
   * `reembed` does.
   */
  readonly revertReembedding: ReembeddingPayload;
  /**
   * Goes back to what was there before a restore that is `SWITCHED`, as `switchRestore` went forth. What was written since the
   * switch is gone for good. Needs `admin:backups` in the tenant that runs the installation.
   */
  readonly revertRestore: RestorePayload;
  /**
   * Ends an API key for good, in every gateway: at once where they share Redis, else within 3 s. A second time changes
   * nothing. Needs `admin:keys`.
   */
  readonly revokeApiKey: RevokeApiKeyPayload;
  /**
   * Ends a signing key and every token that it signed, within a second in every process that shares the folder of keys,
   * and within a minute in those that fetch the public keys. Where it was the current one, the standby signs from then
   * on. `NOT_FOUND` for an unknown key. Needs `admin:*` in the tenant that runs the installation.
   */
  readonly revokeSigningKey: SigningKeysPayload;
  /**
   * Wraps the keys of archives by the master key of now, so that the one before can be retired; nothing else of them changes.
   * One that cannot be done keeps no other from it. `CONFLICT` where no target is configured. Needs `admin:data`.
   */
  readonly rewrapArchivedDocuments: RewrapArchivedDocumentsPayload;
  /**
   * Wraps the keys of a backup, or of what a failed one has left, by the master key of now, so that an earlier one can be
   * retired. Nothing else of it is written anew. `BACKUP_KEY_MISMATCH` where the key that it is sealed by is not known here,
   * `CONFLICT` while a backup runs or is verified. Needs `admin:backups`.
   */
  readonly rewrapBackup: BackupPayload;
  /**
   * Gives an API key a new secret; the present one is taken for a grace more, one before that no longer. Needs
   * `admin:keys`, and all that the key may do.
   */
  readonly rotateApiKey: ApiKeySecretPayload;
  /**
   * Makes the standby key the one that signs. Tokens of the former key are taken until they expire; no request fails.
   * `CONFLICT` with `retryAfterMs` within two seconds after another rotation. Needs `admin:*` in the tenant that runs the installation.
   */
  readonly rotateSigningKey: SigningKeysPayload;
  /**
   * Asks for migrations that are not made; the leading worker makes them, one after another. Ask `migrations` how far they
   * are. `NOT_FOUND` for a number that there is not. Needs `admin:data` in the tenant that runs the installation.
   */
  readonly runMigrations: MigrationsPayload;
  /**
   * Sets what becomes of personal data, in place of the policy before. It holds for every document that is taken in from then on;
   * documents that are there stay as they are until `applyPrivacyPolicy`, and those that wait under a policy that takes out more
   * fail, to be sent again. `CONFLICT` where the tenant's key is lost. Needs `admin:data`.
   */
  readonly setPrivacyPolicy: PrivacyPolicyPayload;
  /** Sets a retention policy. `CONFLICT` for one that archives where nothing is configured for that. Needs `admin:data`. */
  readonly setRetentionPolicy: RetentionPolicyPayload;
  /**
   * Gives a role other scopes, for its users from the next refresh of a session on. Needs `admin:users`, and all that the
   * role may do, before and after.
   */
  readonly setRoleScopes: RolePayload;
  /** Gives a user another password and ends the user's sessions. Needs `admin:users`, and all that the user may do. */
  readonly setUserPassword: UserPayload;
  /**
   * Gives a user other roles, from the next refresh of a session on, which is within 15 minutes. Needs `admin:users`, and
   * all that the user may do, before and after.
   */
  readonly setUserRoles: UserPayload;
  /**
   * Gives an access token and a refresh token to a user. `UNAUTHENTICATED`, in the same words, whatever is wrong;
   * `TOO_MANY_REQUESTS` with `retryAfterMs` after many failures from the same address. Needs no token; without one, it
   * stands alone in its operation.
   */
  readonly signIn: SessionPayload;
  /** Ends a session with its access tokens. A refresh token that was used before is as good; `UNAUTHENTICATED` for what is none. Needs no token; without one, it stands alone in its operation. */
  readonly signOut: SignOutPayload;
  /**
   * Puts a restore that is `READY` in the place of the running data, in one step that a crash does not break. It is answered
   * before that begins: then requests are `UNAVAILABLE` with `retryAfterMs` for as long as engines take to close and to open,
   * subscriptions end, and jobs go on afterwards. On servers each process follows within about a second, and may be read from
   * the old data until then; no write goes there. What was written since the moment of the backup stays in the old data, which
   * is kept until `confirmRestore`. Needs `admin:backups` in the tenant that runs the installation.
   */
  readonly switchRestore: RestorePayload;
  /**
   * Begins to prove a backup. The result stands on it when `progress` is null again. `CONFLICT` while another one is
   * verified. Needs `admin:backups`.
   */
  readonly verifyBackup: BackupPayload;
};


export type MutationApplyPrivacyPolicyArgs = {
  input: ApplyPrivacyPolicyInput;
};


export type MutationArchiveDocumentsArgs = {
  input: ArchiveDocumentsInput;
};


export type MutationBootstrapAdministratorArgs = {
  input: BootstrapAdministratorInput;
};


export type MutationBringBackDocumentsArgs = {
  input: BringBackDocumentsInput;
};


export type MutationCancelBackupArgs = {
  input: BackupInput;
};


export type MutationCancelPrivacyTreatmentArgs = {
  input: CancelPrivacyTreatmentInput;
};


export type MutationCancelRestoreArgs = {
  input: RestoreInput;
};


export type MutationChangePasswordArgs = {
  input: ChangePasswordInput;
};


export type MutationCheckConsistencyArgs = {
  input: CheckConsistencyInput;
};


export type MutationConfirmReembeddingArgs = {
  input: ReembeddingInput;
};


export type MutationConfirmRestoreArgs = {
  input: RestoreInput;
};


export type MutationCreateApiKeyArgs = {
  input: CreateApiKeyInput;
};


export type MutationCreateBackupArgs = {
  input: CreateBackupInput;
};


export type MutationCreateRoleArgs = {
  input: CreateRoleInput;
};


export type MutationCreateUserArgs = {
  input: CreateUserInput;
};


export type MutationDeleteArchivedDocumentsArgs = {
  input: DeleteArchivedDocumentsInput;
};


export type MutationDeleteBackupArgs = {
  input: BackupInput;
};


export type MutationDeleteRetentionPolicyArgs = {
  input: RetentionNameInput;
};


export type MutationDeleteRoleArgs = {
  input: DeleteRoleInput;
};


export type MutationDeleteUserArgs = {
  input: DeleteUserInput;
};


export type MutationDestroyPseudonymKeyArgs = {
  input: DestroyPseudonymKeyInput;
};


export type MutationDisableUserArgs = {
  input: DisableUserInput;
};


export type MutationDiscardDeadLettersArgs = {
  input: DiscardDeadLettersInput;
};


export type MutationEnableUserArgs = {
  input: EnableUserInput;
};


export type MutationEndSessionArgs = {
  input: EndSessionInput;
};


export type MutationEndSessionsArgs = {
  input: EndSessionsInput;
};


export type MutationEraseSubjectArgs = {
  input: EraseSubjectInput;
};


export type MutationNoteKeyUsesArgs = {
  input: NoteKeyUsesInput;
};


export type MutationNoteRefusalsArgs = {
  input: NoteRefusalsInput;
};


export type MutationPlaceLegalHoldArgs = {
  input: LegalHoldInput;
};


export type MutationPromoteStandbyArgs = {
  input: PromoteStandbyInput;
};


export type MutationReembedArgs = {
  input: ReembeddingInput;
};


export type MutationRefreshSessionArgs = {
  input: RefreshSessionInput;
};


export type MutationReleaseLegalHoldArgs = {
  input: RetentionNameInput;
};


export type MutationRepairConsistencyArgs = {
  input: RepairConsistencyInput;
};


export type MutationReplayDeadLettersArgs = {
  input: ReplayDeadLettersInput;
};


export type MutationReseedStandbyArgs = {
  input: ReseedStandbyInput;
};


export type MutationRestoreBackupArgs = {
  input: RestoreBackupInput;
};


export type MutationRevealPseudonymsArgs = {
  input: RevealPseudonymsInput;
};


export type MutationRevertMigrationsArgs = {
  input: RevertMigrationsInput;
};


export type MutationRevertReembeddingArgs = {
  input: ReembeddingInput;
};


export type MutationRevertRestoreArgs = {
  input: RestoreInput;
};


export type MutationRevokeApiKeyArgs = {
  input: RevokeApiKeyInput;
};


export type MutationRevokeSigningKeyArgs = {
  input: RevokeSigningKeyInput;
};


export type MutationRewrapArchivedDocumentsArgs = {
  input: RewrapArchivedDocumentsInput;
};


export type MutationRewrapBackupArgs = {
  input: BackupInput;
};


export type MutationRotateApiKeyArgs = {
  input: RotateApiKeyInput;
};


export type MutationRotateSigningKeyArgs = {
  input: RotateSigningKeyInput;
};


export type MutationRunMigrationsArgs = {
  input: RunMigrationsInput;
};


export type MutationSetPrivacyPolicyArgs = {
  input: SetPrivacyPolicyInput;
};


export type MutationSetRetentionPolicyArgs = {
  input: RetentionPolicyInput;
};


export type MutationSetRoleScopesArgs = {
  input: SetRoleScopesInput;
};


export type MutationSetUserPasswordArgs = {
  input: SetUserPasswordInput;
};


export type MutationSetUserRolesArgs = {
  input: SetUserRolesInput;
};


export type MutationSignInArgs = {
  input: SignInInput;
};


export type MutationSignOutArgs = {
  input: SignOutInput;
};


export type MutationSwitchRestoreArgs = {
  input: RestoreInput;
};


export type MutationVerifyBackupArgs = {
  input: VerifyBackupInput;
};

/** Keys that were used. */
export type NoteKeyUsesInput = {
  /** When, of each key; at most 1,000. */
  readonly uses: ReadonlyArray<KeyUse>;
};

/** What a gateway refused lately. */
export type NoteRefusalsInput = {
  /** The refusals; at most 1,000. */
  readonly refusals: ReadonlyArray<GatewayRefusal>;
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

/** What becomes of personal data before anything of a document is stored for search. */
export type PersonalDataAction =
  /**
   * It is said less exactly: the year of a birth, a band of ages, the network of an address, the area of a post code. What cannot
   * be said so is left out. `generalisation` says how exactly.
   */
  | 'GENERALISE'
  /** It stays as it is. */
  | 'KEEP'
  /** A word takes its place that is the same for the same value in all of the tenant. Who may, can learn what stands behind it, until the key is destroyed. */
  | 'PSEUDONYMISE'
  /** It is left out; its kind stands in its place. */
  | 'REDACT';

/** A kind of personal data that is found in documents. */
export type PersonalDataKind =
  /** Where somebody can be visited or written to. */
  | 'ADDRESS'
  /** How old somebody is said to be, in years. */
  | 'AGE'
  /** A number of a payment card. */
  | 'CREDIT_CARD'
  /** A date that somebody is said to be born on. */
  | 'DATE_OF_BIRTH'
  /** An address of electronic mail. */
  | 'EMAIL'
  /** An international bank account number. */
  | 'IBAN'
  /** An address of a machine on the network. */
  | 'IP_ADDRESS'
  /** A number that a state gives to a person: for taxes, for insurance, of an identity card. */
  | 'NATIONAL_ID'
  /** The name of a person. */
  | 'PERSON'
  /** A number to call. */
  | 'PHONE'
  /** An address of the web that holds the name of a user, and often a password. */
  | 'URL_WITH_USER';

/** What becomes of one kind of personal data. */
export type PersonalDataRule = {
  readonly __typename?: 'PersonalDataRule';
  /** What becomes of it. */
  readonly action: PersonalDataAction;
  /** The kind. */
  readonly kind: PersonalDataKind;
};

/** A rule for one kind. */
export type PersonalDataRuleInput = {
  /** What becomes of it. */
  readonly action: PersonalDataAction;
  /** The kind. */
  readonly kind: PersonalDataKind;
};

/** An API key as a gateway hands it on. */
export type PresentedKey = {
  /** SHA-256 of the whole key, in hex. */
  readonly digest: Scalars['String']['input'];
  /** The key's id. */
  readonly id: Scalars['ID']['input'];
};

/** What becomes of personal data in the documents of a collection, or of all collections without a policy of their own. */
export type PrivacyPolicy = {
  readonly __typename?: 'PrivacyPolicy';
  /** Id of the collection. Null for all that have no policy of their own. */
  readonly collection: Maybe<Scalars['ID']['output']>;
  /** What a detector is less sure of, from 0 to 1, is left as it is. */
  readonly confidenceMin: Scalars['Float']['output'];
  /** How exactly that is said which is said less exactly. */
  readonly generalisation: Generalisation;
  /** One rule for each kind. */
  readonly rules: ReadonlyArray<PersonalDataRule>;
  /** When it was set. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** Subject of who set it. */
  readonly updatedBy: Scalars['String']['output'];
};

/** The policy that was set. */
export type PrivacyPolicyPayload = {
  readonly __typename?: 'PrivacyPolicyPayload';
  /** As it is now. */
  readonly policy: PrivacyPolicy;
};

/** Privacy policies applied to the documents that are there. */
export type PrivacyTreatment = {
  readonly __typename?: 'PrivacyTreatment';
  /** Id of the collection. Null for all of the tenant. */
  readonly collection: Maybe<Scalars['ID']['output']>;
  /**
   * How many documents there are to go through. The four numbers below add up to it in the end, but for a treatment that was
   * cancelled, and for documents that were deleted before their turn.
   */
  readonly documents: Scalars['Int']['output'];
  /** Documents that are as they were because something is wrong. */
  readonly failed: Scalars['Int']['output'];
  /** When it was over; null before. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** Documents that legal holds keep as they are. */
  readonly held: Scalars['Int']['output'];
  /** Its id. */
  readonly id: Scalars['ID']['output'];
  /** The ingestion job of the documents that are treated now. Null between two, and in the end. */
  readonly jobId: Maybe<Scalars['ID']['output']>;
  /** Why it does not go on now, such as that whoever asked for it may do so no more; it is tried again by itself. Null where it goes on. */
  readonly problem: Maybe<Scalars['String']['output']>;
  /** When it was asked for. */
  readonly requestedAt: Scalars['DateTime']['output'];
  /** Subject of who asked. */
  readonly requestedBy: Scalars['String']['output'];
  /** How far it is. */
  readonly state: PrivacyTreatmentState;
  /** Documents whose version before is gone from every store, with one in its place that is as the policy wants it. */
  readonly treated: Scalars['Int']['output'];
  /** Documents that were so already, wait to be indexed, or were sent again or deleted meanwhile. */
  readonly unchanged: Scalars['Int']['output'];
  /** Documents that are held or failed, the first 1,000 of them. */
  readonly untreated: ReadonlyArray<UntreatedDocument>;
};

/** A treatment after a change. */
export type PrivacyTreatmentPayload = {
  readonly __typename?: 'PrivacyTreatmentPayload';
  /** As it is now. Ask `privacyTreatments` how far it is. */
  readonly treatment: PrivacyTreatment;
};

/** How far a treatment is. */
export type PrivacyTreatmentState =
  /** It was cancelled. What it did stays. */
  | 'CANCELLED'
  /** Somebody cancelled it, and what is being done is brought to an end. */
  | 'CANCELLING'
  /** Every document was gone through; legal holds keep some of them as they are, or some failed. */
  | 'PARTIAL'
  /** Documents are gone through, at most 100 at a time. */
  | 'RUNNING'
  /** Every document is as its policy wanted it when its turn came. */
  | 'SUCCEEDED';

/** How to promote the standby. */
export type PromoteStandbyInput = {
  /** Also a standby that lacks writes that were acknowledged: these are lost. Switch the old primary off before. */
  readonly force?: Scalars['Boolean']['input'];
};

export type Query = {
  readonly __typename?: 'Query';
  /** The tenant's API key of this id. Needs `admin:keys`. */
  readonly apiKey: Maybe<ApiKey>;
  /** The tenant's API keys by id, with those that ended. Needs `admin:keys`. */
  readonly apiKeys: ApiKeyConnection;
  /** The tenant's archives, the oldest first. Needs `admin:data`. */
  readonly archivedDocuments: ArchivedDocumentConnection;
  /**
   * The tenant's audit log, the latest first. The tenant that runs the installation (`TRELLIS_OPERATOR_TENANT`) also sees
   * what belongs to no tenant. Needs `admin:audit`.
   */
  readonly auditLog: AuditEntryConnection;
  /**
   * Reads the whole audit log, of every tenant, and says whether it is as it was written. Needs `admin:audit`. Counts as 100
   * of the 200 units of searching that one operation may ask for.
   */
  readonly auditVerification: AuditVerification;
  /**
   * A backup; null where there is none that you may know of: those of your tenant, and all of them in the tenant that runs
   * the installation. Needs `admin:backups`.
   */
  readonly backup: Maybe<Backup>;
  /** Backups, the newest first, also those that failed. Needs `admin:backups`. */
  readonly backups: BackupConnection;
  /**
   * The last check; null when there never was one. Credentials of the tenant that runs the installation
   * (`TRELLIS_OPERATOR_TENANT`) see that of the whole installation, others that of their tenant's part. Needs `admin:data`.
   */
  readonly consistency: Maybe<ConsistencyCheck>;
  /**
   * Submitted documents of the tenant that could not be indexed, across jobs, in the order in which they were submitted. Needs
   * `admin:data`.
   */
  readonly deadLetters: DeadLetterConnection;
  /** What an erasure would reach. Needs `admin:data`. */
  readonly erasurePlan: ErasurePlan;
  /** The state of every engine and part. Needs `admin:read`. */
  readonly health: Health;
  /** What keys that were shown are good for, in their order; null for one that there is not. At most 1,000. */
  readonly keyGrants: ReadonlyArray<Maybe<KeyGrant>>;
  /** The tenant's legal holds by name. Needs `admin:data`. */
  readonly legalHolds: ReadonlyArray<LegalHold>;
  /**
   * The migrations of the data that this version knows, in order: what would be made is what is `PENDING` or `REVERTED`.
   * Needs `admin:data` in the tenant that runs the installation, for they touch every tenant.
   */
  readonly migrations: ReadonlyArray<Migration>;
  /** Which of these sessions are open. At most 1,000. */
  readonly openSessions: ReadonlyArray<Scalars['ID']['output']>;
  /** The tenant's privacy policies; where there is none, `TRELLIS_PERSONAL_DATA` holds. Needs `admin:data`. */
  readonly privacyPolicies: ReadonlyArray<PrivacyPolicy>;
  /** The last 20 times that policies were applied to documents that were there, the newest first. Needs `admin:data`. */
  readonly privacyTreatments: ReadonlyArray<PrivacyTreatment>;
  /**
   * The graph's two servers, and the last recovery. Null where the graph has no standby. Needs `admin:data` in the tenant
   * that runs the installation.
   */
  readonly recovery: Maybe<StandbyStatus>;
  /** The last re-embedding; null when there never was one. Needs `admin:data` in the tenant that runs the installation. */
  readonly reembedding: Maybe<Reembedding>;
  /**
   * A restore; null where there is none that you may know of: those into your tenant, and all of them in the tenant that runs
   * the installation. Needs `admin:backups`.
   */
  readonly restore: Maybe<Restore>;
  /** Restores, the newest first, also those that failed. Needs `admin:backups`. */
  readonly restores: RestoreConnection;
  /** The tenant's retention policies by name. Needs `admin:data`. */
  readonly retentionPolicies: ReadonlyArray<RetentionPolicy>;
  /** What a policy like this would delete or archive if it ran now. Needs `admin:data`. */
  readonly retentionPreview: RetentionPreview;
  /** The tenant's roles, those that every tenant has first. Needs `admin:users`. */
  readonly roles: ReadonlyArray<Role>;
  /**
   * The keys that sign tokens, the newest first: one current, one that stands by, those that were current lately, and
   * those revoked within a year. Needs `admin:*` in the tenant that runs the installation (`TRELLIS_OPERATOR_TENANT`), for they are every tenant's.
   */
  readonly signingKeys: ReadonlyArray<SigningKey>;
  /** The tenant's user of this id. Needs `admin:users`. */
  readonly user: Maybe<User>;
  /** The tenant's users by name, with those that are disabled. Needs `admin:users`. */
  readonly users: UserConnection;
  /** Who the token or the API key says you are. Needs any valid one. */
  readonly viewer: Viewer;
};


export type QueryApiKeyArgs = {
  id: Scalars['ID']['input'];
};


export type QueryApiKeysArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryArchivedDocumentsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  collection?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  states?: InputMaybe<ReadonlyArray<ArchiveState>>;
};


export type QueryAuditLogArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AuditFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryBackupArgs = {
  id: Scalars['ID']['input'];
};


export type QueryBackupsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryConsistencyArgs = {
  wholeInstallation?: InputMaybe<Scalars['Boolean']['input']>;
};


export type QueryDeadLettersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<DeadLetterFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryErasurePlanArgs = {
  collection?: InputMaybe<Scalars['String']['input']>;
  metadata?: InputMaybe<ReadonlyArray<MetadataMatchInput>>;
  names?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};


export type QueryKeyGrantsArgs = {
  keys: ReadonlyArray<PresentedKey>;
};


export type QueryOpenSessionsArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
};


export type QueryRestoreArgs = {
  id: Scalars['ID']['input'];
};


export type QueryRestoresArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryRetentionPreviewArgs = {
  collection?: InputMaybe<Scalars['String']['input']>;
  days: Scalars['Int']['input'];
  metadata?: InputMaybe<ReadonlyArray<MetadataMatchInput>>;
};


export type QueryUserArgs = {
  id: Scalars['ID']['input'];
};


export type QueryUsersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** How far the recovery from the loss of the primary is. */
export type RecoveryPhase =
  /** It ended without a promotion; `why` says why. */
  | 'ABANDONED'
  /** It has been away for long enough, and no other process reaches it. */
  | 'CONFIRMED'
  /** The registers are raised: from then on the old primary acknowledges nothing. */
  | 'FENCING'
  /** The old primary is the standby. */
  | 'HEALTHY'
  /** The old primary is back, and takes no writes. */
  | 'OLD_FENCED'
  /** The standby is the primary. */
  | 'PROMOTED'
  /** The old primary is filled, or catches up. */
  | 'RESEEDING'
  /** A process does not reach the primary. */
  | 'SUSPECTED';

/** Moving every vector of the installation, of all its tenants, to another embedder while searches and ingestion go on. */
export type Reembedding = {
  readonly __typename?: 'Reembedding';
  /** Chunks that the new index has; never more than `total`. */
  readonly done: Scalars['Int']['output'];
  /** When it was over; null before. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** The embedder of the old index. */
  readonly from: EmbedderFingerprint;
  /** Why it does not go on now and what to do; null while it does. It is tried again by itself. */
  readonly problem: Maybe<Scalars['String']['output']>;
  /** Chunks that the new embedder refuses for what they are. They are found by words and by the graph alone. */
  readonly refused: Scalars['Int']['output'];
  /** When it was asked for. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** How far it is. */
  readonly state: ReembeddingState;
  /** When searches began to ask the new index; null before. */
  readonly switchedAt: Maybe<Scalars['DateTime']['output']>;
  /** The embedder of the new index: the one that was configured when it began. */
  readonly to: EmbedderFingerprint;
  /** Chunks that there were when it began. Those that came since are embedded as well. */
  readonly total: Scalars['Int']['output'];
};

/** Which re-embedding is meant. */
export type ReembeddingInput = {
  /**
   * The fingerprint of the embedder that the new index is thought to be for; `CONFLICT` where it is for another, so that
   * nobody confirms what somebody else began. Without it whichever there is.
   */
  readonly to?: InputMaybe<Scalars['String']['input']>;
};

/** What became of a call. */
export type ReembeddingPayload = {
  readonly __typename?: 'ReembeddingPayload';
  /** The re-embedding, as it is now. The leading worker goes on with it: ask `reembedding` how far it is. */
  readonly reembedding: Reembedding;
};

/** How far a re-embedding is. */
export type ReembeddingState =
  /** It is over: there is the new index alone. */
  | 'CONFIRMED'
  /** The old index is being dropped. */
  | 'CONFIRMING'
  /** It is over: there is the old index alone. */
  | 'REVERTED'
  /** The old index gets what it misses, then searches ask it again, and the new one is dropped. */
  | 'REVERTING'
  /** The new index is filled. Searches ask the old one. */
  | 'RUNNING'
  /** Searches ask the new index. The old one is kept until `confirmReembedding` or `revertReembedding`. */
  | 'SWITCHED';

/** The session to refresh. */
export type RefreshSessionInput = {
  /** The last refresh token that the session gave. Send it as a variable. */
  readonly refreshToken: Scalars['String']['input'];
};

/** What is repaired. */
export type RepairConsistencyInput = {
  /**
   * Whether the whole installation or the part of your tenant alone. By default as much as you may: the whole for
   * credentials of the tenant that runs the installation, their own part for others, who are refused the whole.
   */
  readonly wholeInstallation?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Dead letters to replay: by id, or by a filter, which takes the first 1,000 that were not submitted again since. */
export type ReplayDeadLettersInput = {
  /** Which ones, by what they are. */
  readonly filter?: InputMaybe<DeadLetterFilter>;
  /** Ids of dead letters, at most 1,000. Give these or a filter. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

/** What was submitted again. */
export type ReplayDeadLettersPayload = {
  readonly __typename?: 'ReplayDeadLettersPayload';
  /** Ids of the dead letters that are submissions again. */
  readonly ids: ReadonlyArray<Scalars['ID']['output']>;
  /** Jobs that index them, one a collection: `ingestionJob` and its subscription tell how far each is. */
  readonly jobIds: ReadonlyArray<Scalars['ID']['output']>;
  /** Whether the filter takes in more than the 1,000 of one call: ask again. */
  readonly more: Scalars['Boolean']['output'];
  /** Those that stay, and why. */
  readonly refused: ReadonlyArray<DeadLetterRefusal>;
};

/** How to fill the standby. */
export type ReseedStandbyInput = {
  /** That writes wait meanwhile, and that what the standby holds is given up, is understood. */
  readonly confirm: Scalars['Boolean']['input'];
};

/** A backup, or a part of it, that is brought back into the installation while it runs. */
export type Restore = {
  readonly __typename?: 'Restore';
  /** The backup that it comes from. */
  readonly backup: Scalars['ID']['output'];
  /** Name of the collection that is brought back; null for more. */
  readonly collection: Maybe<Scalars['String']['output']>;
  /** The moment whose state it brings back. */
  readonly cutAt: Scalars['DateTime']['output'];
  /** When it stood ready, or was over; null before. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** Its id. Ids sort by when restores were asked for. */
  readonly id: Scalars['ID']['output'];
  /** What becomes of documents that came after the backup; null for the whole installation. */
  readonly mode: Maybe<RestoreMode>;
  /** What of the time since that moment is lost, and what is kept where, in sentences. */
  readonly notice: Scalars['String']['output'];
  /** Why it broke off, or does not go on, and what to do. */
  readonly problem: Maybe<Scalars['String']['output']>;
  /** How far it is while it runs; null otherwise. */
  readonly progress: Maybe<BackupProgress>;
  /** What came of it so far. */
  readonly receipt: RestoreReceipt;
  /** The subject of who asked for it. */
  readonly requestedBy: Scalars['String']['output'];
  /** How much of it. */
  readonly scope: BackupScopeKind;
  /** When it was asked for. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** How far it is. */
  readonly state: RestoreState;
  /** When it took the place of what was there; null where it did not. */
  readonly switchedAt: Maybe<Scalars['DateTime']['output']>;
  /** The tenant that is brought back; null for the whole installation. */
  readonly tenant: Maybe<Scalars['String']['output']>;
};

/** What to bring back. */
export type RestoreBackupInput = {
  /** Id of the backup. */
  readonly backup: Scalars['ID']['input'];
  /** Name of the collection, for `COLLECTION` alone. */
  readonly collection?: InputMaybe<Scalars['String']['input']>;
  /** What becomes of documents that came after the backup, for `TENANT` and `COLLECTION`. */
  readonly mode?: InputMaybe<RestoreMode>;
  /** How much of it. A backup of less than that is refused. */
  readonly scope: BackupScopeKind;
  /** Which tenant, by default your own; another one is for the tenant that runs the installation. */
  readonly tenant?: InputMaybe<Scalars['String']['input']>;
  /**
   * Whether users, roles and API keys that are missing come back as well, for `TENANT` alone. Those that are there stay as they
   * are: what was revoked or disabled since stays so. Sessions never come back.
   */
  readonly withAccess?: InputMaybe<Scalars['Boolean']['input']>;
};

/** A page of restores. */
export type RestoreConnection = {
  readonly __typename?: 'RestoreConnection';
  /** The restores with their cursors. */
  readonly edges: ReadonlyArray<RestoreEdge>;
  /** The restores. */
  readonly nodes: ReadonlyArray<Restore>;
  /** Where the page lies. */
  readonly pageInfo: PageInfo;
};

/** A restore in a page. */
export type RestoreEdge = {
  readonly __typename?: 'RestoreEdge';
  /** Where it lies. */
  readonly cursor: Scalars['String']['output'];
  /** The restore. */
  readonly node: Restore;
};

/** A document that could not be brought back. */
export type RestoreFailure = {
  readonly __typename?: 'RestoreFailure';
  /** Its id. */
  readonly documentId: Scalars['ID']['output'];
  /** Why, and what to do. */
  readonly reason: Scalars['String']['output'];
};

/** Which restore is meant. */
export type RestoreInput = {
  /** Its id. */
  readonly id: Scalars['ID']['input'];
};

/** What becomes of documents that came after the backup. */
export type RestoreMode =
  /** They stay. */
  | 'MERGE'
  /** They are deleted, unless a legal hold keeps them or they came after the restore was asked for. */
  | 'REPLACE';

/** A restore that something was asked of. */
export type RestorePayload = {
  readonly __typename?: 'RestorePayload';
  /** The restore as it is now. */
  readonly restore: Restore;
};

/** What came of a restore, in documents. */
export type RestoreReceipt = {
  readonly __typename?: 'RestoreReceipt';
  /** Users, roles and API keys that were missing, and came back. */
  readonly access: Scalars['Int']['output'];
  /** Those of them that came from before a privacy policy. They are indexed anew under it, and found when that is done. */
  readonly anew: Scalars['Int']['output'];
  /** Were erased for somebody since the backup, and stay away. */
  readonly erased: Scalars['Int']['output'];
  /** Could not be brought back. */
  readonly failed: Scalars['Int']['output'];
  /** The first 20 of those. */
  readonly failures: ReadonlyArray<RestoreFailure>;
  /** Are under a legal hold, and were left as they are. */
  readonly held: Scalars['Int']['output'];
  /** Came after the backup, and went: in `REPLACE` alone. */
  readonly removed: Scalars['Int']['output'];
  /** As the backup has them, and were not before. */
  readonly restored: Scalars['Int']['output'];
  /**
   * Treatments that the restore has begun, as `privacyTreatments` has them: of the whole installation, documents from before
   * policies that were set since the backup are there as they were until these are done.
   */
  readonly treatments: ReadonlyArray<Scalars['ID']['output']>;
  /** Were as the backup has them, and were left alone. */
  readonly unchanged: Scalars['Int']['output'];
};

/** How far a restore is. */
export type RestoreState =
  /** Somebody stopped it; `notice` says what that leaves. */
  | 'CANCELLED'
  /** It is what runs, and what was there before is gone. */
  | 'CONFIRMED'
  /** Of a tenant or a collection: what could be brought back is back. */
  | 'DONE'
  /** It broke off; `problem` says why, and `notice` what that leaves. */
  | 'FAILED'
  /** Of the whole installation: it stands beside the running data, is what was backed up, and waits for `switchRestore`. */
  | 'READY'
  /** What was there before runs again; what was restored is gone. */
  | 'REVERTED'
  /** What was there before is taking its place again. */
  | 'REVERTING'
  /** What the backup has is being read, verified and written. */
  | 'RUNNING'
  /** It is what runs. What was there before is kept until `confirmRestore` or `revertRestore`. */
  | 'SWITCHED'
  /** It is taking the place of the running data. While that is done, requests are `UNAVAILABLE`. */
  | 'SWITCHING';

/** What becomes of documents whose time is over. */
export type RetentionAction =
  /** They are archived: see `archiveDocuments`. */
  | 'ARCHIVE'
  /** They are deleted. */
  | 'DELETE';

/** Names a retention policy or a legal hold. */
export type RetentionNameInput = {
  /** Its name. */
  readonly name: Scalars['String']['input'];
};

/** How long some documents are kept. The leading worker carries it out every hour. */
export type RetentionPolicy = {
  readonly __typename?: 'RetentionPolicy';
  /** Which of both. */
  readonly action: RetentionAction;
  /** Documents that it has archived so far. */
  readonly archived: Scalars['Int']['output'];
  /** Name of the collection whose documents it is about. Null for every one. */
  readonly collection: Maybe<Scalars['String']['output']>;
  /** When it was set. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Subject of who set it. */
  readonly createdBy: Scalars['String']['output'];
  /** A document that has not changed for so many days is deleted or archived. */
  readonly days: Scalars['Int']['output'];
  /** Documents that it has deleted so far. */
  readonly deleted: Scalars['Int']['output'];
  /** When it was last carried out. Null before. */
  readonly lastRunAt: Maybe<Scalars['DateTime']['output']>;
  /** Conditions that the documents meet, all of them. */
  readonly metadata: ReadonlyArray<MetadataMatch>;
  /** Its name, unique in the tenant. */
  readonly name: Scalars['String']['output'];
};

/** A retention policy. Without collection and metadata it is about every document of the tenant. */
export type RetentionPolicyInput = {
  /** Which of both. */
  readonly action?: RetentionAction;
  /** Name of a collection. */
  readonly collection?: InputMaybe<Scalars['String']['input']>;
  /** Days without a change after which a document is deleted or archived, 1 to 36,500. */
  readonly days: Scalars['Int']['input'];
  /** Conditions that documents must meet, all of them; at most 20. */
  readonly metadata?: InputMaybe<ReadonlyArray<MetadataMatchInput>>;
  /** Its name; a policy of that name is replaced. 1 to 200 characters. */
  readonly name: Scalars['String']['input'];
};

/** A retention policy after a change. */
export type RetentionPolicyPayload = {
  readonly __typename?: 'RetentionPolicyPayload';
  /** As it is now. */
  readonly policy: RetentionPolicy;
};

/** What a retention policy would delete or archive now. */
export type RetentionPreview = {
  readonly __typename?: 'RetentionPreview';
  /** The first of the documents by id, at most 100. */
  readonly documentIds: ReadonlyArray<Scalars['ID']['output']>;
  /** How many documents. */
  readonly documents: Scalars['Int']['output'];
  /** How many more it would take if no legal hold kept them. */
  readonly held: Scalars['Int']['output'];
};

/** What is left after one was taken away. */
export type RetentionRemovalPayload = {
  readonly __typename?: 'RetentionRemovalPayload';
  /** Name of what is gone. */
  readonly name: Scalars['String']['output'];
};

/** Pseudonyms to be looked behind. */
export type RevealPseudonymsInput = {
  /** Id of a document that they stand in: a hit's chunk names it. */
  readonly document: Scalars['ID']['input'];
  /** 1 to 100 pseudonyms, as they stand there. */
  readonly pseudonyms: ReadonlyArray<Scalars['String']['input']>;
  /**
   * Why, for your own discipline: 1 to 2,000 characters. That, who asked and for which document stands in the audit log, so write
   * no name into it.
   */
  readonly reason: Scalars['String']['input'];
};

/** What was learned. */
export type RevealPseudonymsPayload = {
  readonly __typename?: 'RevealPseudonymsPayload';
  /** In the order asked; those that are not in the document are left out. */
  readonly revealed: ReadonlyArray<RevealedPseudonym>;
};

/** What stands behind a pseudonym. */
export type RevealedPseudonym = {
  readonly __typename?: 'RevealedPseudonym';
  /** The kind of personal data. */
  readonly kind: PersonalDataKind;
  /** The pseudonym. */
  readonly pseudonym: Scalars['String']['output'];
  /** As the document had it. */
  readonly value: Scalars['String']['output'];
};

/** Which migrations to take back. */
export type RevertMigrationsInput = {
  /** Those behind this number are taken back, the last first; 0 takes all of them back. */
  readonly to: Scalars['Int']['input'];
};

/** The key to end. */
export type RevokeApiKeyInput = {
  /** The key's id. */
  readonly id: Scalars['ID']['input'];
};

/** The key that was ended. */
export type RevokeApiKeyPayload = {
  readonly __typename?: 'RevokeApiKeyPayload';
  /** The key. */
  readonly key: ApiKey;
};

/** Names a signing key to end. */
export type RevokeSigningKeyInput = {
  /** Its `kid`. */
  readonly id: Scalars['ID']['input'];
};

/** Archives whose keys are to be wrapped anew. */
export type RewrapArchivedDocumentsInput = {
  /** Ids of archives, 1 to 100. */
  readonly ids: ReadonlyArray<Scalars['ID']['input']>;
};

/** Archives whose keys were wrapped anew. */
export type RewrapArchivedDocumentsPayload = {
  readonly __typename?: 'RewrapArchivedDocumentsPayload';
  /** The others, each with the reason. */
  readonly refused: ReadonlyArray<ArchiveRefusal>;
  /** Those that are under the master key of now. */
  readonly rewrapped: ReadonlyArray<ArchivedDocument>;
};

/** A named set of scopes. */
export type Role = {
  readonly __typename?: 'Role';
  /**
   * Whether every tenant has it: `reader`, `editor`, `administrator`, `privacy-officer` and `operator` stay as they are. An
   * administrator has everything but `privacy:reveal` and `privacy:search`, which privacy officers have. An operator has
   * both, and `admin:*` as well: in the tenant that runs the installation (`TRELLIS_OPERATOR_TENANT`) that means all of it.
   */
  readonly isBuiltIn: Scalars['Boolean']['output'];
  /** Names the role in its tenant. */
  readonly name: Scalars['String']['output'];
  /** What those who have it may do. */
  readonly scopes: ReadonlyArray<Scalars['String']['output']>;
};

/** The role after a change. */
export type RolePayload = {
  readonly __typename?: 'RolePayload';
  /** The role. */
  readonly role: Role;
};

/** The key to give a new secret. */
export type RotateApiKeyInput = {
  /** How long the present secret is taken as well, in seconds: 0 to 604,800, which is a week. */
  readonly graceSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** The key's id. */
  readonly id: Scalars['ID']['input'];
};

/** What a rotation starts from. */
export type RotateSigningKeyInput = {
  /**
   * The `kid` of the key that signs, as last seen: where another one signs by now, nothing changes, so that a rotation
   * asked for twice happens once. Without it the rotation happens in any case.
   */
  readonly current?: InputMaybe<Scalars['ID']['input']>;
};

/** Which migrations to make. */
export type RunMigrationsInput = {
  /** The last one, by number. Without it all are made. */
  readonly to?: InputMaybe<Scalars['Int']['input']>;
};

/** What began with signing in and has not ended. */
export type Session = {
  readonly __typename?: 'Session';
  /** When the user signed in. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When it ends by itself. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** Names the session; access tokens have it as `sid`. */
  readonly id: Scalars['ID']['output'];
  /** Whether it is the one that asks. */
  readonly isCurrent: Scalars['Boolean']['output'];
  /** When it was last refreshed; null for never. */
  readonly refreshedAt: Maybe<Scalars['DateTime']['output']>;
};

/** What a user who signed in has. */
export type SessionPayload = {
  readonly __typename?: 'SessionPayload';
  /** When the access token ends. */
  readonly accessExpiresAt: Scalars['DateTime']['output'];
  /** What to send as `Authorization: Bearer …`, for at most 15 minutes. */
  readonly accessToken: Scalars['String']['output'];
  /** What to give `refreshSession`, once: it gives the next one. Keep it as you would keep a password. */
  readonly refreshToken: Scalars['String']['output'];
  /** When the session ends, however often it is refreshed. */
  readonly sessionExpiresAt: Scalars['DateTime']['output'];
  /** The user. */
  readonly user: User;
};

/** A privacy policy. */
export type SetPrivacyPolicyInput = {
  /** Name of the collection, which need not be there yet. Left out, the policy is for all that have none of their own. */
  readonly collection?: InputMaybe<Scalars['String']['input']>;
  /** What a detector is less sure of, from 0 to 1, is left as it is. 0.5 unless given: lower finds more, and more that is none. */
  readonly confidenceMin?: InputMaybe<Scalars['Float']['input']>;
  /** How exactly that is said which `GENERALISE` says less exactly. */
  readonly generalisation?: InputMaybe<GeneralisationInput>;
  /** What becomes of kinds that `rules` does not name. */
  readonly otherwise: PersonalDataAction;
  /** Other actions for some kinds, each named once. */
  readonly rules?: InputMaybe<ReadonlyArray<PersonalDataRuleInput>>;
};

/** The scopes of a role, in place of those before. */
export type SetRoleScopesInput = {
  /** The role's name. */
  readonly name: Scalars['String']['input'];
  /** What those who have it may do, 1 to 20 scopes. */
  readonly scopes: ReadonlyArray<Scalars['String']['input']>;
};

/** The password to give a user. */
export type SetUserPasswordInput = {
  /** The user's id. */
  readonly id: Scalars['ID']['input'];
  /** The new password, 12 to 1,000 characters. Send it as a variable. */
  readonly password: Scalars['String']['input'];
};

/** The roles to give a user, in place of those before. */
export type SetUserRolesInput = {
  /** The user's id. */
  readonly id: Scalars['ID']['input'];
  /** Names of roles, at most 20. */
  readonly roles: ReadonlyArray<Scalars['String']['input']>;
};

/** Who signs in. */
export type SignInInput = {
  /** The user's name, in whatever case. */
  readonly name: Scalars['String']['input'];
  /** The user's password. Send it as a variable. */
  readonly password: Scalars['String']['input'];
  /** The user's tenant. */
  readonly tenant: Scalars['String']['input'];
};

/** The session to end. */
export type SignOutInput = {
  /** A refresh token of the session. Send it as a variable. */
  readonly refreshToken: Scalars['String']['input'];
};

/** Whether a session ended. */
export type SignOutPayload = {
  readonly __typename?: 'SignOutPayload';
  /** Whether there was a session to end: not where it had ended already. */
  readonly ended: Scalars['Boolean']['output'];
};

/**
 * A key that signs tokens. Its public half is at `/.well-known/jwks.json` until it is revoked or let go of; its private
 * half never leaves the folder of keys.
 */
export type SigningKey = {
  readonly __typename?: 'SigningKey';
  /** What it signs with: `ES256` or `EdDSA`. */
  readonly algorithm: Scalars['String']['output'];
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Since when it signs, or has signed. Null for a standby. */
  readonly currentAt: Maybe<Scalars['DateTime']['output']>;
  /** The `kid` of the tokens that it signs: its RFC 7638 thumbprint. */
  readonly id: Scalars['ID']['output'];
  /** When it is let go of: the last token that it may have signed has expired then. Null while it signs or will sign. */
  readonly keptUntil: Maybe<Scalars['DateTime']['output']>;
  /** When it was revoked. Null for the others. */
  readonly revokedAt: Maybe<Scalars['DateTime']['output']>;
  /** Where it is in its life. */
  readonly state: SigningKeyState;
};

/** Where a signing key is in its life. */
export type SigningKeyState =
  /** It signs. */
  | 'CURRENT'
  /** It signs no more; what it signed is taken until it expires. */
  | 'PREVIOUS'
  /** Nothing that it signed is taken. */
  | 'REVOKED'
  /** It is published and will sign after the next rotation. */
  | 'STANDBY';

/** The signing keys after a change. */
export type SigningKeysPayload = {
  readonly __typename?: 'SigningKeysPayload';
  /** All of them, the newest first. */
  readonly signingKeys: ReadonlyArray<SigningKey>;
};

/** What the standby of the graph is good for. */
export type StandbyMode =
  /** A write is acknowledged once both servers have it, so the standby may be promoted. */
  | 'ATTACHED'
  /** The same, while the standby still lacks what was acknowledged without it. */
  | 'ATTACHING'
  /** It is away or catches up. Writes are acknowledged without it and kept for it. */
  | 'DETACHED'
  /** It is filled, or the servers change places. Writes wait. */
  | 'HELD'
  /** It has to be filled before it is of any use. */
  | 'UNSEEDED';

/** The graph's servers after a call. */
export type StandbyPayload = {
  readonly __typename?: 'StandbyPayload';
  /** As they are now. */
  readonly status: StandbyStatus;
};

/** How far the filling of the standby is. */
export type StandbySeeding = {
  readonly __typename?: 'StandbySeeding';
  /** Nodes that it has. */
  readonly done: Scalars['Int']['output'];
  /** Nodes that the primary has. */
  readonly total: Scalars['Int']['output'];
};

/** The graph's two servers. */
export type StandbyStatus = {
  readonly __typename?: 'StandbyStatus';
  /** Grows with every change of roles. Null while no two registers agree, when nothing is written. */
  readonly epoch: Maybe<Scalars['Int']['output']>;
  /** Whether the standby is promoted by itself. */
  readonly isAutomatic: Scalars['Boolean']['output'];
  /** The last recovery. Null where there was none. */
  readonly lastRecovery: Maybe<GraphRecovery>;
  /** What the standby is good for. Null while no two registers agree. */
  readonly mode: Maybe<StandbyMode>;
  /** How far the filling is that the process does which was asked. Null where it does none. */
  readonly seeding: Maybe<StandbySeeding>;
  /** Both servers. */
  readonly servers: ReadonlyArray<GraphServer>;
  /** Whether Redis answers, which has a say in who is the primary. Null where there is none. */
  readonly witnessAnswers: Maybe<Scalars['Boolean']['output']>;
};

export type Subscription = {
  readonly __typename?: 'Subscription';
  /** The backup now and whenever it changes, until it neither runs nor is verified. Needs `admin:backups`. */
  readonly backup: Maybe<Backup>;
  /**
   * The restore now and whenever it changes, until nothing more happens to it by itself. It ends with the switch. Needs
   * `admin:backups`.
   */
  readonly restore: Maybe<Restore>;
};


export type SubscriptionBackupArgs = {
  id: Scalars['ID']['input'];
};


export type SubscriptionRestoreArgs = {
  id: Scalars['ID']['input'];
};

/** A document that a treatment left as it is. */
export type UntreatedDocument = {
  readonly __typename?: 'UntreatedDocument';
  /** Why, as a code of problems. */
  readonly code: Scalars['String']['output'];
  /** Its id. */
  readonly documentId: Scalars['ID']['output'];
  /** Name of the legal hold that keeps it. Null where it failed. */
  readonly hold: Maybe<Scalars['String']['output']>;
  /** Why, and what to do. */
  readonly message: Scalars['String']['output'];
};

/** A person who signs in with a name and a password. */
export type User = {
  readonly __typename?: 'User';
  /** When the user was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The subject of who made the user; `bootstrap` for the first one. */
  readonly createdBy: Scalars['String']['output'];
  /** When the user was disabled; null where that is not so. */
  readonly disabledAt: Maybe<Scalars['DateTime']['output']>;
  /** Names the user; tokens have it as `user:` and the id. */
  readonly id: Scalars['ID']['output'];
  /** When the user last signed in; null for never. */
  readonly lastSignInAt: Maybe<Scalars['DateTime']['output']>;
  /** What the user signs in with; unique in the tenant, whatever its case. */
  readonly name: Scalars['String']['output'];
  /** When the user last got a new password. */
  readonly passwordChangedAt: Scalars['DateTime']['output'];
  /** Names of the user's roles. */
  readonly roles: ReadonlyArray<Scalars['String']['output']>;
  /** What the user may do: all that the roles say. */
  readonly scopes: ReadonlyArray<Scalars['String']['output']>;
  /**
   * The user's sessions that are open, the oldest first; at most 100. Whoever signed in finds their own at
   * `viewer { user { sessions } }`.
   */
  readonly sessions: ReadonlyArray<Session>;
  /** Whether the user may sign in. */
  readonly state: UserState;
};

/** A page of users. */
export type UserConnection = {
  readonly __typename?: 'UserConnection';
  /** The users with their cursors. */
  readonly edges: ReadonlyArray<UserEdge>;
  /** The users alone. */
  readonly nodes: ReadonlyArray<User>;
  /** Where the page lies in the list. */
  readonly pageInfo: PageInfo;
};

/** A user in a list. */
export type UserEdge = {
  readonly __typename?: 'UserEdge';
  /** To be given as `after` to read on behind this user. */
  readonly cursor: Scalars['String']['output'];
  /** The user. */
  readonly node: User;
};

/** The user after a change. */
export type UserPayload = {
  readonly __typename?: 'UserPayload';
  /** The user. */
  readonly user: User;
};

/** Whether a user may sign in. */
export type UserState =
  /** The user may. */
  | 'ACTIVE'
  /** Somebody disabled the user. */
  | 'DISABLED';

/** How thoroughly a backup is looked at. */
export type VerificationLevel =
  /** Every part is read, decrypted and compared with its hashes. */
  | 'HASHES'
  /** As `HASHES`, and the backup is restored on trial: counts, checksums, neighbourhoods and golden queries are compared. */
  | 'RESTORE';

/** Which backup is verified, and how. */
export type VerifyBackupInput = {
  /** Its id. */
  readonly id: Scalars['ID']['input'];
  /** How thoroughly. */
  readonly level?: InputMaybe<VerificationLevel>;
};

/** Who is asking. */
export type Viewer = {
  readonly __typename?: 'Viewer';
  /** The API key that was sent; null where it was a token. */
  readonly apiKey: Maybe<ApiKey>;
  /** Ids of the collections that the viewer is bound to; null for every collection of the tenant. */
  readonly collections: Maybe<ReadonlyArray<Scalars['ID']['output']>>;
  /** The issuer outside whose token was sent; null where it was a token of ours or an API key. */
  readonly issuer: Maybe<Scalars['String']['output']>;
  /** What the viewer may do, such as `documents:read`. `admin:*` stands for every scope that begins with `admin:`. */
  readonly scopes: ReadonlyArray<Scalars['String']['output']>;
  /**
   * The token's subject; `key:` and its id for an API key, `user:` and its id for a user who signed in, the issuer, `|` and
   * the subject there for a token of an issuer outside.
   */
  readonly subject: Scalars['String']['output'];
  /** The tenant that everything the viewer reads and writes belongs to. */
  readonly tenant: Scalars['String']['output'];
  /** The user who signed in; null where it was an API key or another token. */
  readonly user: Maybe<User>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


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





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  ApiKey: ResolverTypeWrapper<ApiKeyModel>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  ApiKeyConnection: ResolverTypeWrapper<Omit<ApiKeyConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ApiKeyEdge']>, nodes: ReadonlyArray<ResolversTypes['ApiKey']> }>;
  ApiKeyEdge: ResolverTypeWrapper<Omit<ApiKeyEdge, 'node'> & { node: ResolversTypes['ApiKey'] }>;
  ApiKeyKind: ApiKeyKind;
  ApiKeyLimits: ResolverTypeWrapper<ApiKeyLimits>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ApiKeyLimitsInput: ApiKeyLimitsInput;
  ApiKeySecretPayload: ResolverTypeWrapper<Omit<ApiKeySecretPayload, 'key'> & { key: ResolversTypes['ApiKey'] }>;
  ApiKeyState: ApiKeyState;
  ApplyPrivacyPolicyInput: ApplyPrivacyPolicyInput;
  ArchiveDocumentsInput: ArchiveDocumentsInput;
  ArchiveDocumentsPayload: ResolverTypeWrapper<Omit<ArchiveDocumentsPayload, 'archived'> & { archived: ReadonlyArray<ResolversTypes['ArchivedDocument']> }>;
  ArchiveRefusal: ResolverTypeWrapper<ArchiveRefusal>;
  ArchiveState: ArchiveState;
  ArchivedDocument: ResolverTypeWrapper<ArchivedDocumentModel>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  ArchivedDocumentConnection: ResolverTypeWrapper<Omit<ArchivedDocumentConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ArchivedDocumentEdge']>, nodes: ReadonlyArray<ResolversTypes['ArchivedDocument']> }>;
  ArchivedDocumentEdge: ResolverTypeWrapper<Omit<ArchivedDocumentEdge, 'node'> & { node: ResolversTypes['ArchivedDocument'] }>;
  AuditEntry: ResolverTypeWrapper<AuditEntryModel>;
  AuditEntryConnection: ResolverTypeWrapper<Omit<AuditEntryConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['AuditEntryEdge']>, nodes: ReadonlyArray<ResolversTypes['AuditEntry']> }>;
  AuditEntryEdge: ResolverTypeWrapper<Omit<AuditEntryEdge, 'node'> & { node: ResolversTypes['AuditEntry'] }>;
  AuditFault: ResolverTypeWrapper<AuditFault>;
  AuditFilter: AuditFilter;
  AuditOutcome: AuditOutcome;
  AuditVerification: ResolverTypeWrapper<AuditVerification>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Backup: ResolverTypeWrapper<BackupModel>;
  BackupConnection: ResolverTypeWrapper<Omit<BackupConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['BackupEdge']>, nodes: ReadonlyArray<ResolversTypes['Backup']> }>;
  BackupCount: ResolverTypeWrapper<BackupCount>;
  BackupEdge: ResolverTypeWrapper<Omit<BackupEdge, 'node'> & { node: ResolversTypes['Backup'] }>;
  BackupInput: BackupInput;
  BackupPayload: ResolverTypeWrapper<Omit<BackupPayload, 'backup'> & { backup: ResolversTypes['Backup'] }>;
  BackupProgress: ResolverTypeWrapper<BackupProgress>;
  BackupScopeKind: BackupScopeKind;
  BackupState: BackupState;
  BackupVerification: ResolverTypeWrapper<BackupVerification>;
  BirthDatePrecision: BirthDatePrecision;
  BootstrapAdministratorInput: BootstrapAdministratorInput;
  BringBackDocumentsInput: BringBackDocumentsInput;
  BringBackDocumentsPayload: ResolverTypeWrapper<Omit<BringBackDocumentsPayload, 'comingBack'> & { comingBack: ReadonlyArray<ResolversTypes['ArchivedDocument']> }>;
  CancelPrivacyTreatmentInput: CancelPrivacyTreatmentInput;
  ChangePasswordInput: ChangePasswordInput;
  CheckConsistencyInput: CheckConsistencyInput;
  ComponentHealth: ResolverTypeWrapper<HealthReport>;
  ConsistencyCheck: ResolverTypeWrapper<ConsistencyCheckModel>;
  ConsistencyCheckPayload: ResolverTypeWrapper<Omit<ConsistencyCheckPayload, 'check'> & { check: ResolversTypes['ConsistencyCheck'] }>;
  ConsistencyCheckState: ConsistencyCheckState;
  ConsistencyCount: ResolverTypeWrapper<FaultCountModel>;
  ConsistencyFaultKind: ConsistencyFaultKind;
  ConsistencyFinding: ResolverTypeWrapper<FindingModel>;
  ConsistencyStep: ConsistencyStep;
  ConsistencyStore: ConsistencyStore;
  CreateApiKeyInput: CreateApiKeyInput;
  CreateBackupInput: CreateBackupInput;
  CreateRoleInput: CreateRoleInput;
  CreateUserInput: CreateUserInput;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeadLetter: ResolverTypeWrapper<DeadLetterModel>;
  DeadLetterConnection: ResolverTypeWrapper<Omit<DeadLetterConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['DeadLetterEdge']>, nodes: ReadonlyArray<ResolversTypes['DeadLetter']> }>;
  DeadLetterEdge: ResolverTypeWrapper<Omit<DeadLetterEdge, 'node'> & { node: ResolversTypes['DeadLetter'] }>;
  DeadLetterFilter: DeadLetterFilter;
  DeadLetterRefusal: ResolverTypeWrapper<DeadLetterRefusal>;
  Degradation: ResolverTypeWrapper<Degradation>;
  DegradationKind: DegradationKind;
  DeleteArchivedDocumentsInput: DeleteArchivedDocumentsInput;
  DeleteArchivedDocumentsPayload: ResolverTypeWrapper<DeleteArchivedDocumentsPayload>;
  DeleteBackupPayload: ResolverTypeWrapper<DeleteBackupPayload>;
  DeleteRoleInput: DeleteRoleInput;
  DeleteRolePayload: ResolverTypeWrapper<DeleteRolePayload>;
  DeleteUserInput: DeleteUserInput;
  DeleteUserPayload: ResolverTypeWrapper<DeleteUserPayload>;
  DestroyPseudonymKeyInput: DestroyPseudonymKeyInput;
  DestroyPseudonymKeyPayload: ResolverTypeWrapper<DestroyPseudonymKeyPayload>;
  DisableUserInput: DisableUserInput;
  DiscardDeadLettersInput: DiscardDeadLettersInput;
  DiscardDeadLettersPayload: ResolverTypeWrapper<DiscardDeadLettersPayload>;
  EmbedderFingerprint: ResolverTypeWrapper<EmbedderFingerprint>;
  EnableUserInput: EnableUserInput;
  EndSessionInput: EndSessionInput;
  EndSessionPayload: ResolverTypeWrapper<EndSessionPayload>;
  EndSessionsInput: EndSessionsInput;
  EndSessionsPayload: ResolverTypeWrapper<EndSessionsPayload>;
  EraseSubjectInput: EraseSubjectInput;
  ErasedAmounts: ResolverTypeWrapper<ErasedAmounts>;
  ErasurePlan: ResolverTypeWrapper<ErasurePlan>;
  ErasureReceipt: ResolverTypeWrapper<ErasureReceipt>;
  ErasureRemains: ResolverTypeWrapper<ErasureRemains>;
  GatewayRefusal: GatewayRefusal;
  Generalisation: ResolverTypeWrapper<Generalisation>;
  GeneralisationInput: GeneralisationInput;
  GraphRecovery: ResolverTypeWrapper<GraphRecovery>;
  GraphServer: ResolverTypeWrapper<GraphServer>;
  GraphServerPlace: GraphServerPlace;
  GraphServerRole: GraphServerRole;
  Health: ResolverTypeWrapper<SystemHealthReport>;
  HealthState: HealthState;
  HeldDocument: ResolverTypeWrapper<HeldDocument>;
  IngestionStep: IngestionStep;
  JSONObject: ResolverTypeWrapper<Scalars['JSONObject']['output']>;
  KeyGrant: ResolverTypeWrapper<ApiKeyGrant>;
  KeyUse: KeyUse;
  LegalHold: ResolverTypeWrapper<LegalHoldModel>;
  LegalHoldInput: LegalHoldInput;
  LegalHoldPayload: ResolverTypeWrapper<Omit<LegalHoldPayload, 'hold'> & { hold: ResolversTypes['LegalHold'] }>;
  MetadataMatch: ResolverTypeWrapper<MetadataMatch>;
  MetadataMatchInput: MetadataMatchInput;
  Migration: ResolverTypeWrapper<Migration>;
  MigrationState: MigrationState;
  MigrationsPayload: ResolverTypeWrapper<MigrationsPayload>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  NoteKeyUsesInput: NoteKeyUsesInput;
  NoteRefusalsInput: NoteRefusalsInput;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PersonalDataAction: PersonalDataAction;
  PersonalDataKind: PersonalDataKind;
  PersonalDataRule: ResolverTypeWrapper<PersonalDataRule>;
  PersonalDataRuleInput: PersonalDataRuleInput;
  PresentedKey: PresentedKey;
  PrivacyPolicy: ResolverTypeWrapper<PersonalDataPolicyModel>;
  PrivacyPolicyPayload: ResolverTypeWrapper<Omit<PrivacyPolicyPayload, 'policy'> & { policy: ResolversTypes['PrivacyPolicy'] }>;
  PrivacyTreatment: ResolverTypeWrapper<PrivacyTreatmentModel>;
  PrivacyTreatmentPayload: ResolverTypeWrapper<Omit<PrivacyTreatmentPayload, 'treatment'> & { treatment: ResolversTypes['PrivacyTreatment'] }>;
  PrivacyTreatmentState: PrivacyTreatmentState;
  PromoteStandbyInput: PromoteStandbyInput;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RecoveryPhase: RecoveryPhase;
  Reembedding: ResolverTypeWrapper<ReembeddingModel>;
  ReembeddingInput: ReembeddingInput;
  ReembeddingPayload: ResolverTypeWrapper<Omit<ReembeddingPayload, 'reembedding'> & { reembedding: ResolversTypes['Reembedding'] }>;
  ReembeddingState: ReembeddingState;
  RefreshSessionInput: RefreshSessionInput;
  RepairConsistencyInput: RepairConsistencyInput;
  ReplayDeadLettersInput: ReplayDeadLettersInput;
  ReplayDeadLettersPayload: ResolverTypeWrapper<ReplayDeadLettersPayload>;
  ReseedStandbyInput: ReseedStandbyInput;
  Restore: ResolverTypeWrapper<RestoreModel>;
  RestoreBackupInput: RestoreBackupInput;
  RestoreConnection: ResolverTypeWrapper<Omit<RestoreConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['RestoreEdge']>, nodes: ReadonlyArray<ResolversTypes['Restore']> }>;
  RestoreEdge: ResolverTypeWrapper<Omit<RestoreEdge, 'node'> & { node: ResolversTypes['Restore'] }>;
  RestoreFailure: ResolverTypeWrapper<RestoreFailure>;
  RestoreInput: RestoreInput;
  RestoreMode: RestoreMode;
  RestorePayload: ResolverTypeWrapper<Omit<RestorePayload, 'restore'> & { restore: ResolversTypes['Restore'] }>;
  RestoreReceipt: ResolverTypeWrapper<RestoreReceipt>;
  RestoreState: RestoreState;
  RetentionAction: RetentionAction;
  RetentionNameInput: RetentionNameInput;
  RetentionPolicy: ResolverTypeWrapper<RetentionPolicyModel>;
  RetentionPolicyInput: RetentionPolicyInput;
  RetentionPolicyPayload: ResolverTypeWrapper<Omit<RetentionPolicyPayload, 'policy'> & { policy: ResolversTypes['RetentionPolicy'] }>;
  RetentionPreview: ResolverTypeWrapper<RetentionPreview>;
  RetentionRemovalPayload: ResolverTypeWrapper<RetentionRemovalPayload>;
  RevealPseudonymsInput: RevealPseudonymsInput;
  RevealPseudonymsPayload: ResolverTypeWrapper<RevealPseudonymsPayload>;
  RevealedPseudonym: ResolverTypeWrapper<RevealedPseudonym>;
  RevertMigrationsInput: RevertMigrationsInput;
  RevokeApiKeyInput: RevokeApiKeyInput;
  RevokeApiKeyPayload: ResolverTypeWrapper<Omit<RevokeApiKeyPayload, 'key'> & { key: ResolversTypes['ApiKey'] }>;
  RevokeSigningKeyInput: RevokeSigningKeyInput;
  RewrapArchivedDocumentsInput: RewrapArchivedDocumentsInput;
  RewrapArchivedDocumentsPayload: ResolverTypeWrapper<Omit<RewrapArchivedDocumentsPayload, 'rewrapped'> & { rewrapped: ReadonlyArray<ResolversTypes['ArchivedDocument']> }>;
  Role: ResolverTypeWrapper<RoleModel>;
  RolePayload: ResolverTypeWrapper<Omit<RolePayload, 'role'> & { role: ResolversTypes['Role'] }>;
  RotateApiKeyInput: RotateApiKeyInput;
  RotateSigningKeyInput: RotateSigningKeyInput;
  RunMigrationsInput: RunMigrationsInput;
  Session: ResolverTypeWrapper<SessionModel>;
  SessionPayload: ResolverTypeWrapper<SessionTokens>;
  SetPrivacyPolicyInput: SetPrivacyPolicyInput;
  SetRoleScopesInput: SetRoleScopesInput;
  SetUserPasswordInput: SetUserPasswordInput;
  SetUserRolesInput: SetUserRolesInput;
  SignInInput: SignInInput;
  SignOutInput: SignOutInput;
  SignOutPayload: ResolverTypeWrapper<SignOutPayload>;
  SigningKey: ResolverTypeWrapper<RingKey>;
  SigningKeyState: SigningKeyState;
  SigningKeysPayload: ResolverTypeWrapper<Omit<SigningKeysPayload, 'signingKeys'> & { signingKeys: ReadonlyArray<ResolversTypes['SigningKey']> }>;
  StandbyMode: StandbyMode;
  StandbyPayload: ResolverTypeWrapper<StandbyPayload>;
  StandbySeeding: ResolverTypeWrapper<StandbySeeding>;
  StandbyStatus: ResolverTypeWrapper<StandbyStatus>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  UntreatedDocument: ResolverTypeWrapper<UntreatedDocument>;
  User: ResolverTypeWrapper<UserModel>;
  UserConnection: ResolverTypeWrapper<Omit<UserConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['UserEdge']>, nodes: ReadonlyArray<ResolversTypes['User']> }>;
  UserEdge: ResolverTypeWrapper<Omit<UserEdge, 'node'> & { node: ResolversTypes['User'] }>;
  UserPayload: ResolverTypeWrapper<Omit<UserPayload, 'user'> & { user: ResolversTypes['User'] }>;
  UserState: UserState;
  VerificationLevel: VerificationLevel;
  VerifyBackupInput: VerifyBackupInput;
  Viewer: ResolverTypeWrapper<Principal>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  ApiKey: ApiKeyModel;
  String: Scalars['String']['output'];
  ID: Scalars['ID']['output'];
  ApiKeyConnection: Omit<ApiKeyConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ApiKeyEdge']>, nodes: ReadonlyArray<ResolversParentTypes['ApiKey']> };
  ApiKeyEdge: Omit<ApiKeyEdge, 'node'> & { node: ResolversParentTypes['ApiKey'] };
  ApiKeyLimits: ApiKeyLimits;
  Int: Scalars['Int']['output'];
  ApiKeyLimitsInput: ApiKeyLimitsInput;
  ApiKeySecretPayload: Omit<ApiKeySecretPayload, 'key'> & { key: ResolversParentTypes['ApiKey'] };
  ApplyPrivacyPolicyInput: ApplyPrivacyPolicyInput;
  ArchiveDocumentsInput: ArchiveDocumentsInput;
  ArchiveDocumentsPayload: Omit<ArchiveDocumentsPayload, 'archived'> & { archived: ReadonlyArray<ResolversParentTypes['ArchivedDocument']> };
  ArchiveRefusal: ArchiveRefusal;
  ArchivedDocument: ArchivedDocumentModel;
  Float: Scalars['Float']['output'];
  ArchivedDocumentConnection: Omit<ArchivedDocumentConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ArchivedDocumentEdge']>, nodes: ReadonlyArray<ResolversParentTypes['ArchivedDocument']> };
  ArchivedDocumentEdge: Omit<ArchivedDocumentEdge, 'node'> & { node: ResolversParentTypes['ArchivedDocument'] };
  AuditEntry: AuditEntryModel;
  AuditEntryConnection: Omit<AuditEntryConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['AuditEntryEdge']>, nodes: ReadonlyArray<ResolversParentTypes['AuditEntry']> };
  AuditEntryEdge: Omit<AuditEntryEdge, 'node'> & { node: ResolversParentTypes['AuditEntry'] };
  AuditFault: AuditFault;
  AuditFilter: AuditFilter;
  AuditVerification: AuditVerification;
  Boolean: Scalars['Boolean']['output'];
  Backup: BackupModel;
  BackupConnection: Omit<BackupConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['BackupEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Backup']> };
  BackupCount: BackupCount;
  BackupEdge: Omit<BackupEdge, 'node'> & { node: ResolversParentTypes['Backup'] };
  BackupInput: BackupInput;
  BackupPayload: Omit<BackupPayload, 'backup'> & { backup: ResolversParentTypes['Backup'] };
  BackupProgress: BackupProgress;
  BackupVerification: BackupVerification;
  BootstrapAdministratorInput: BootstrapAdministratorInput;
  BringBackDocumentsInput: BringBackDocumentsInput;
  BringBackDocumentsPayload: Omit<BringBackDocumentsPayload, 'comingBack'> & { comingBack: ReadonlyArray<ResolversParentTypes['ArchivedDocument']> };
  CancelPrivacyTreatmentInput: CancelPrivacyTreatmentInput;
  ChangePasswordInput: ChangePasswordInput;
  CheckConsistencyInput: CheckConsistencyInput;
  ComponentHealth: HealthReport;
  ConsistencyCheck: ConsistencyCheckModel;
  ConsistencyCheckPayload: Omit<ConsistencyCheckPayload, 'check'> & { check: ResolversParentTypes['ConsistencyCheck'] };
  ConsistencyCount: FaultCountModel;
  ConsistencyFinding: FindingModel;
  CreateApiKeyInput: CreateApiKeyInput;
  CreateBackupInput: CreateBackupInput;
  CreateRoleInput: CreateRoleInput;
  CreateUserInput: CreateUserInput;
  DateTime: Scalars['DateTime']['output'];
  DeadLetter: DeadLetterModel;
  DeadLetterConnection: Omit<DeadLetterConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['DeadLetterEdge']>, nodes: ReadonlyArray<ResolversParentTypes['DeadLetter']> };
  DeadLetterEdge: Omit<DeadLetterEdge, 'node'> & { node: ResolversParentTypes['DeadLetter'] };
  DeadLetterFilter: DeadLetterFilter;
  DeadLetterRefusal: DeadLetterRefusal;
  Degradation: Degradation;
  DeleteArchivedDocumentsInput: DeleteArchivedDocumentsInput;
  DeleteArchivedDocumentsPayload: DeleteArchivedDocumentsPayload;
  DeleteBackupPayload: DeleteBackupPayload;
  DeleteRoleInput: DeleteRoleInput;
  DeleteRolePayload: DeleteRolePayload;
  DeleteUserInput: DeleteUserInput;
  DeleteUserPayload: DeleteUserPayload;
  DestroyPseudonymKeyInput: DestroyPseudonymKeyInput;
  DestroyPseudonymKeyPayload: DestroyPseudonymKeyPayload;
  DisableUserInput: DisableUserInput;
  DiscardDeadLettersInput: DiscardDeadLettersInput;
  DiscardDeadLettersPayload: DiscardDeadLettersPayload;
  EmbedderFingerprint: EmbedderFingerprint;
  EnableUserInput: EnableUserInput;
  EndSessionInput: EndSessionInput;
  EndSessionPayload: EndSessionPayload;
  EndSessionsInput: EndSessionsInput;
  EndSessionsPayload: EndSessionsPayload;
  EraseSubjectInput: EraseSubjectInput;
  ErasedAmounts: ErasedAmounts;
  ErasurePlan: ErasurePlan;
  ErasureReceipt: ErasureReceipt;
  ErasureRemains: ErasureRemains;
  GatewayRefusal: GatewayRefusal;
  Generalisation: Generalisation;
  GeneralisationInput: GeneralisationInput;
  GraphRecovery: GraphRecovery;
  GraphServer: GraphServer;
  Health: SystemHealthReport;
  HeldDocument: HeldDocument;
  JSONObject: Scalars['JSONObject']['output'];
  KeyGrant: ApiKeyGrant;
  KeyUse: KeyUse;
  LegalHold: LegalHoldModel;
  LegalHoldInput: LegalHoldInput;
  LegalHoldPayload: Omit<LegalHoldPayload, 'hold'> & { hold: ResolversParentTypes['LegalHold'] };
  MetadataMatch: MetadataMatch;
  MetadataMatchInput: MetadataMatchInput;
  Migration: Migration;
  MigrationsPayload: MigrationsPayload;
  Mutation: Record<PropertyKey, never>;
  NoteKeyUsesInput: NoteKeyUsesInput;
  NoteRefusalsInput: NoteRefusalsInput;
  PageInfo: PageInfo;
  PersonalDataRule: PersonalDataRule;
  PersonalDataRuleInput: PersonalDataRuleInput;
  PresentedKey: PresentedKey;
  PrivacyPolicy: PersonalDataPolicyModel;
  PrivacyPolicyPayload: Omit<PrivacyPolicyPayload, 'policy'> & { policy: ResolversParentTypes['PrivacyPolicy'] };
  PrivacyTreatment: PrivacyTreatmentModel;
  PrivacyTreatmentPayload: Omit<PrivacyTreatmentPayload, 'treatment'> & { treatment: ResolversParentTypes['PrivacyTreatment'] };
  PromoteStandbyInput: PromoteStandbyInput;
  Query: Record<PropertyKey, never>;
  Reembedding: ReembeddingModel;
  ReembeddingInput: ReembeddingInput;
  ReembeddingPayload: Omit<ReembeddingPayload, 'reembedding'> & { reembedding: ResolversParentTypes['Reembedding'] };
  RefreshSessionInput: RefreshSessionInput;
  RepairConsistencyInput: RepairConsistencyInput;
  ReplayDeadLettersInput: ReplayDeadLettersInput;
  ReplayDeadLettersPayload: ReplayDeadLettersPayload;
  ReseedStandbyInput: ReseedStandbyInput;
  Restore: RestoreModel;
  RestoreBackupInput: RestoreBackupInput;
  RestoreConnection: Omit<RestoreConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['RestoreEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Restore']> };
  RestoreEdge: Omit<RestoreEdge, 'node'> & { node: ResolversParentTypes['Restore'] };
  RestoreFailure: RestoreFailure;
  RestoreInput: RestoreInput;
  RestorePayload: Omit<RestorePayload, 'restore'> & { restore: ResolversParentTypes['Restore'] };
  RestoreReceipt: RestoreReceipt;
  RetentionNameInput: RetentionNameInput;
  RetentionPolicy: RetentionPolicyModel;
  RetentionPolicyInput: RetentionPolicyInput;
  RetentionPolicyPayload: Omit<RetentionPolicyPayload, 'policy'> & { policy: ResolversParentTypes['RetentionPolicy'] };
  RetentionPreview: RetentionPreview;
  RetentionRemovalPayload: RetentionRemovalPayload;
  RevealPseudonymsInput: RevealPseudonymsInput;
  RevealPseudonymsPayload: RevealPseudonymsPayload;
  RevealedPseudonym: RevealedPseudonym;
  RevertMigrationsInput: RevertMigrationsInput;
  RevokeApiKeyInput: RevokeApiKeyInput;
  RevokeApiKeyPayload: Omit<RevokeApiKeyPayload, 'key'> & { key: ResolversParentTypes['ApiKey'] };
  RevokeSigningKeyInput: RevokeSigningKeyInput;
  RewrapArchivedDocumentsInput: RewrapArchivedDocumentsInput;
  RewrapArchivedDocumentsPayload: Omit<RewrapArchivedDocumentsPayload, 'rewrapped'> & { rewrapped: ReadonlyArray<ResolversParentTypes['ArchivedDocument']> };
  Role: RoleModel;
  RolePayload: Omit<RolePayload, 'role'> & { role: ResolversParentTypes['Role'] };
  RotateApiKeyInput: RotateApiKeyInput;
  RotateSigningKeyInput: RotateSigningKeyInput;
  RunMigrationsInput: RunMigrationsInput;
  Session: SessionModel;
  SessionPayload: SessionTokens;
  SetPrivacyPolicyInput: SetPrivacyPolicyInput;
  SetRoleScopesInput: SetRoleScopesInput;
  SetUserPasswordInput: SetUserPasswordInput;
  SetUserRolesInput: SetUserRolesInput;
  SignInInput: SignInInput;
  SignOutInput: SignOutInput;
  SignOutPayload: SignOutPayload;
  SigningKey: RingKey;
  SigningKeysPayload: Omit<SigningKeysPayload, 'signingKeys'> & { signingKeys: ReadonlyArray<ResolversParentTypes['SigningKey']> };
  StandbyPayload: StandbyPayload;
  StandbySeeding: StandbySeeding;
  StandbyStatus: StandbyStatus;
  Subscription: Record<PropertyKey, never>;
  UntreatedDocument: UntreatedDocument;
  User: UserModel;
  UserConnection: Omit<UserConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['UserEdge']>, nodes: ReadonlyArray<ResolversParentTypes['User']> };
  UserEdge: Omit<UserEdge, 'node'> & { node: ResolversParentTypes['User'] };
  UserPayload: Omit<UserPayload, 'user'> & { user: ResolversParentTypes['User'] };
  VerifyBackupInput: VerifyBackupInput;
  Viewer: Principal;
};

export type ApiKeyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiKey'] = ResolversParentTypes['ApiKey']> = {
  collections?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ApiKeyKind'], ParentType, ContextType>;
  lastUsedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  limits?: Resolver<ResolversTypes['ApiKeyLimits'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  previousUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  revokedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  rotatedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  scopes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  start?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ApiKeyState'], ParentType, ContextType>;
};

export type ApiKeyConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiKeyConnection'] = ResolversParentTypes['ApiKeyConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ApiKeyEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['ApiKey']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ApiKeyEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiKeyEdge'] = ResolversParentTypes['ApiKeyEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType>;
};

export type ApiKeyLimitsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiKeyLimits'] = ResolversParentTypes['ApiKeyLimits']> = {
  costPerMinute?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  requestsPerMinute?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ApiKeySecretPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiKeySecretPayload'] = ResolversParentTypes['ApiKeySecretPayload']> = {
  key?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType>;
  secret?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ArchiveDocumentsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ArchiveDocumentsPayload'] = ResolversParentTypes['ArchiveDocumentsPayload']> = {
  archived?: Resolver<ReadonlyArray<ResolversTypes['ArchivedDocument']>, ParentType, ContextType>;
  refused?: Resolver<ReadonlyArray<ResolversTypes['ArchiveRefusal']>, ParentType, ContextType>;
};

export type ArchiveRefusalResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ArchiveRefusal'] = ResolversParentTypes['ArchiveRefusal']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ArchivedDocumentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ArchivedDocument'] = ResolversParentTypes['ArchivedDocument']> = {
  archivedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  archivedBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  broughtBackAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  collection?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  contentHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  documentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  jobId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  key?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  mediaType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  metadata?: Resolver<ResolversTypes['JSONObject'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ArchiveState'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ArchivedDocumentConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ArchivedDocumentConnection'] = ResolversParentTypes['ArchivedDocumentConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ArchivedDocumentEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['ArchivedDocument']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ArchivedDocumentEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ArchivedDocumentEdge'] = ResolversParentTypes['ArchivedDocumentEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ArchivedDocument'], ParentType, ContextType>;
};

export type AuditEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditEntry'] = ResolversParentTypes['AuditEntry']> = {
  action?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  actor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  address?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  apiKey?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  code?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  detail?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['AuditOutcome'], ParentType, ContextType>;
  requestId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  targets?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AuditEntryConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditEntryConnection'] = ResolversParentTypes['AuditEntryConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AuditEntryEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['AuditEntry']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AuditEntryEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditEntryEdge'] = ResolversParentTypes['AuditEntryEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AuditEntry'], ParentType, ContextType>;
};

export type AuditFaultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditFault'] = ResolversParentTypes['AuditFault']> = {
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  segment?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AuditVerificationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditVerification'] = ResolversParentTypes['AuditVerification']> = {
  faults?: Resolver<ReadonlyArray<ResolversTypes['AuditFault']>, ParentType, ContextType>;
  intact?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type BackupResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Backup'] = ResolversParentTypes['Backup']> = {
  collection?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  counts?: Resolver<ReadonlyArray<ResolversTypes['BackupCount']>, ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  cutAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isProven?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  parts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  plainBytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  problem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  progress?: Resolver<Maybe<ResolversTypes['BackupProgress']>, ParentType, ContextType>;
  reusedBytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  scope?: Resolver<ResolversTypes['BackupScopeKind'], ParentType, ContextType>;
  sealedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['BackupState'], ParentType, ContextType>;
  storedBytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  verification?: Resolver<Maybe<ResolversTypes['BackupVerification']>, ParentType, ContextType>;
};

export type BackupConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BackupConnection'] = ResolversParentTypes['BackupConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['BackupEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Backup']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type BackupCountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BackupCount'] = ResolversParentTypes['BackupCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type BackupEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BackupEdge'] = ResolversParentTypes['BackupEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Backup'], ParentType, ContextType>;
};

export type BackupPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BackupPayload'] = ResolversParentTypes['BackupPayload']> = {
  backup?: Resolver<ResolversTypes['Backup'], ParentType, ContextType>;
};

export type BackupProgressResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BackupProgress'] = ResolversParentTypes['BackupProgress']> = {
  done?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  step?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type BackupVerificationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BackupVerification'] = ResolversParentTypes['BackupVerification']> = {
  findings?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  level?: Resolver<ResolversTypes['VerificationLevel'], ParentType, ContextType>;
  verifiedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type BringBackDocumentsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BringBackDocumentsPayload'] = ResolversParentTypes['BringBackDocumentsPayload']> = {
  comingBack?: Resolver<ReadonlyArray<ResolversTypes['ArchivedDocument']>, ParentType, ContextType>;
  jobIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  refused?: Resolver<ReadonlyArray<ResolversTypes['ArchiveRefusal']>, ParentType, ContextType>;
};

export type ComponentHealthResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ComponentHealth'] = ResolversParentTypes['ComponentHealth']> = {
  detail?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  engine?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  latencyMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['HealthState'], ParentType, ContextType>;
};

export type ConsistencyCheckResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConsistencyCheck'] = ResolversParentTypes['ConsistencyCheck']> = {
  counts?: Resolver<ReadonlyArray<ResolversTypes['ConsistencyCount']>, ParentType, ContextType>;
  findings?: Resolver<ReadonlyArray<ResolversTypes['ConsistencyFinding']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  looked?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  problem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  repairs?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  requestedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ConsistencyCheckState'], ParentType, ContextType>;
  step?: Resolver<ResolversTypes['ConsistencyStep'], ParentType, ContextType>;
  wholeInstallation?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ConsistencyCheckPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConsistencyCheckPayload'] = ResolversParentTypes['ConsistencyCheckPayload']> = {
  check?: Resolver<ResolversTypes['ConsistencyCheck'], ParentType, ContextType>;
};

export type ConsistencyCountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConsistencyCount'] = ResolversParentTypes['ConsistencyCount']> = {
  found?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ConsistencyFaultKind'], ParentType, ContextType>;
  mended?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  store?: Resolver<ResolversTypes['ConsistencyStore'], ParentType, ContextType>;
};

export type ConsistencyFindingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConsistencyFinding'] = ResolversParentTypes['ConsistencyFinding']> = {
  detail?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ConsistencyFaultKind'], ParentType, ContextType>;
  mendable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  mended?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  store?: Resolver<ResolversTypes['ConsistencyStore'], ParentType, ContextType>;
  target?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  tenant?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeadLetterResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeadLetter'] = ResolversParentTypes['DeadLetter']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  collectionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  documentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  failedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isReplaced?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  jobId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  key?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  mediaType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  step?: Resolver<ResolversTypes['IngestionStep'], ParentType, ContextType>;
  submittedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  title?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type DeadLetterConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeadLetterConnection'] = ResolversParentTypes['DeadLetterConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['DeadLetterEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['DeadLetter']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type DeadLetterEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeadLetterEdge'] = ResolversParentTypes['DeadLetterEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['DeadLetter'], ParentType, ContextType>;
};

export type DeadLetterRefusalResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeadLetterRefusal'] = ResolversParentTypes['DeadLetterRefusal']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DegradationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Degradation'] = ResolversParentTypes['Degradation']> = {
  arm?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['DegradationKind'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DeleteArchivedDocumentsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteArchivedDocumentsPayload'] = ResolversParentTypes['DeleteArchivedDocumentsPayload']> = {
  ids?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  notFound?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type DeleteBackupPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteBackupPayload'] = ResolversParentTypes['DeleteBackupPayload']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type DeleteRolePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteRolePayload'] = ResolversParentTypes['DeleteRolePayload']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DeleteUserPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteUserPayload'] = ResolversParentTypes['DeleteUserPayload']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type DestroyPseudonymKeyPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DestroyPseudonymKeyPayload'] = ResolversParentTypes['DestroyPseudonymKeyPayload']> = {
  destroyed?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type DiscardDeadLettersPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DiscardDeadLettersPayload'] = ResolversParentTypes['DiscardDeadLettersPayload']> = {
  ids?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  more?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  refused?: Resolver<ReadonlyArray<ResolversTypes['DeadLetterRefusal']>, ParentType, ContextType>;
};

export type EmbedderFingerprintResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EmbedderFingerprint'] = ResolversParentTypes['EmbedderFingerprint']> = {
  dimensions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  fingerprint?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type EndSessionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EndSessionPayload'] = ResolversParentTypes['EndSessionPayload']> = {
  ended?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type EndSessionsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EndSessionsPayload'] = ResolversParentTypes['EndSessionsPayload']> = {
  ended?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ErasedAmountsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ErasedAmounts'] = ResolversParentTypes['ErasedAmounts']> = {
  archives?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  chunks?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  contents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  entities?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  mentions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  names?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  postings?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  relationships?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  statements?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  vectors?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ErasurePlanResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ErasurePlan'] = ResolversParentTypes['ErasurePlan']> = {
  archiveIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  documentIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  held?: Resolver<ReadonlyArray<ResolversTypes['HeldDocument']>, ParentType, ContextType>;
};

export type ErasureReceiptResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ErasureReceipt'] = ResolversParentTypes['ErasureReceipt']> = {
  documentIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  left?: Resolver<ResolversTypes['ErasureRemains'], ParentType, ContextType>;
  removed?: Resolver<ResolversTypes['ErasedAmounts'], ParentType, ContextType>;
};

export type ErasureRemainsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ErasureRemains'] = ResolversParentTypes['ErasureRemains']> = {
  archives?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  chunks?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  contents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  documents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  entities?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type GeneralisationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Generalisation'] = ResolversParentTypes['Generalisation']> = {
  ageBandYears?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  ageMax?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  birthDate?: Resolver<ResolversTypes['BirthDatePrecision'], ParentType, ContextType>;
  postcodeDigits?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type GraphRecoveryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GraphRecovery'] = ResolversParentTypes['GraphRecovery']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  phase?: Resolver<ResolversTypes['RecoveryPhase'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  why?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type GraphServerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GraphServer'] = ResolversParentTypes['GraphServer']> = {
  behind?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  isReached?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  place?: Resolver<ResolversTypes['GraphServerPlace'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['GraphServerRole'], ParentType, ContextType>;
};

export type HealthResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Health'] = ResolversParentTypes['Health']> = {
  components?: Resolver<ReadonlyArray<ResolversTypes['ComponentHealth']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['HealthState'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type HeldDocumentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['HeldDocument'] = ResolversParentTypes['HeldDocument']> = {
  documentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  hold?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface JsonObjectScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSONObject'], any> {
  name: 'JSONObject';
}

export type KeyGrantResolvers<ContextType = Context, ParentType extends ResolversParentTypes['KeyGrant'] = ResolversParentTypes['KeyGrant']> = {
  collections?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ID']>>, ParentType, ContextType>;
  costPerMinute?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  requestsPerMinute?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  scopes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  tenant?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type LegalHoldResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LegalHold'] = ResolversParentTypes['LegalHold']> = {
  collection?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  metadata?: Resolver<ReadonlyArray<ResolversTypes['MetadataMatch']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type LegalHoldPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LegalHoldPayload'] = ResolversParentTypes['LegalHoldPayload']> = {
  hold?: Resolver<ResolversTypes['LegalHold'], ParentType, ContextType>;
};

export type MetadataMatchResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MetadataMatch'] = ResolversParentTypes['MetadataMatch']> = {
  in?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MigrationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Migration'] = ResolversParentTypes['Migration']> = {
  canRevert?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  done?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  problem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['MigrationState'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type MigrationsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MigrationsPayload'] = ResolversParentTypes['MigrationsPayload']> = {
  migrations?: Resolver<ReadonlyArray<ResolversTypes['Migration']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  applyPrivacyPolicy?: Resolver<ResolversTypes['PrivacyTreatmentPayload'], ParentType, ContextType, RequireFields<MutationApplyPrivacyPolicyArgs, 'input'>>;
  archiveDocuments?: Resolver<ResolversTypes['ArchiveDocumentsPayload'], ParentType, ContextType, RequireFields<MutationArchiveDocumentsArgs, 'input'>>;
  bootstrapAdministrator?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationBootstrapAdministratorArgs, 'input'>>;
  bringBackDocuments?: Resolver<ResolversTypes['BringBackDocumentsPayload'], ParentType, ContextType, RequireFields<MutationBringBackDocumentsArgs, 'input'>>;
  cancelBackup?: Resolver<ResolversTypes['BackupPayload'], ParentType, ContextType, RequireFields<MutationCancelBackupArgs, 'input'>>;
  cancelPrivacyTreatment?: Resolver<ResolversTypes['PrivacyTreatmentPayload'], ParentType, ContextType, RequireFields<MutationCancelPrivacyTreatmentArgs, 'input'>>;
  cancelRestore?: Resolver<ResolversTypes['RestorePayload'], ParentType, ContextType, RequireFields<MutationCancelRestoreArgs, 'input'>>;
  changePassword?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationChangePasswordArgs, 'input'>>;
  checkConsistency?: Resolver<ResolversTypes['ConsistencyCheckPayload'], ParentType, ContextType, RequireFields<MutationCheckConsistencyArgs, 'input'>>;
  confirmReembedding?: Resolver<ResolversTypes['ReembeddingPayload'], ParentType, ContextType, RequireFields<MutationConfirmReembeddingArgs, 'input'>>;
  confirmRestore?: Resolver<ResolversTypes['RestorePayload'], ParentType, ContextType, RequireFields<MutationConfirmRestoreArgs, 'input'>>;
  createApiKey?: Resolver<ResolversTypes['ApiKeySecretPayload'], ParentType, ContextType, RequireFields<MutationCreateApiKeyArgs, 'input'>>;
  createBackup?: Resolver<ResolversTypes['BackupPayload'], ParentType, ContextType, RequireFields<MutationCreateBackupArgs, 'input'>>;
  createRole?: Resolver<ResolversTypes['RolePayload'], ParentType, ContextType, RequireFields<MutationCreateRoleArgs, 'input'>>;
  createUser?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationCreateUserArgs, 'input'>>;
  deleteArchivedDocuments?: Resolver<ResolversTypes['DeleteArchivedDocumentsPayload'], ParentType, ContextType, RequireFields<MutationDeleteArchivedDocumentsArgs, 'input'>>;
  deleteBackup?: Resolver<ResolversTypes['DeleteBackupPayload'], ParentType, ContextType, RequireFields<MutationDeleteBackupArgs, 'input'>>;
  deleteRetentionPolicy?: Resolver<ResolversTypes['RetentionRemovalPayload'], ParentType, ContextType, RequireFields<MutationDeleteRetentionPolicyArgs, 'input'>>;
  deleteRole?: Resolver<ResolversTypes['DeleteRolePayload'], ParentType, ContextType, RequireFields<MutationDeleteRoleArgs, 'input'>>;
  deleteUser?: Resolver<ResolversTypes['DeleteUserPayload'], ParentType, ContextType, RequireFields<MutationDeleteUserArgs, 'input'>>;
  destroyPseudonymKey?: Resolver<ResolversTypes['DestroyPseudonymKeyPayload'], ParentType, ContextType, RequireFields<MutationDestroyPseudonymKeyArgs, 'input'>>;
  disableUser?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationDisableUserArgs, 'input'>>;
  discardDeadLetters?: Resolver<ResolversTypes['DiscardDeadLettersPayload'], ParentType, ContextType, RequireFields<MutationDiscardDeadLettersArgs, 'input'>>;
  enableUser?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationEnableUserArgs, 'input'>>;
  endSession?: Resolver<ResolversTypes['EndSessionPayload'], ParentType, ContextType, RequireFields<MutationEndSessionArgs, 'input'>>;
  endSessions?: Resolver<ResolversTypes['EndSessionsPayload'], ParentType, ContextType, RequireFields<MutationEndSessionsArgs, 'input'>>;
  eraseSubject?: Resolver<ResolversTypes['ErasureReceipt'], ParentType, ContextType, RequireFields<MutationEraseSubjectArgs, 'input'>>;
  noteKeyUses?: Resolver<ResolversTypes['Int'], ParentType, ContextType, RequireFields<MutationNoteKeyUsesArgs, 'input'>>;
  noteRefusals?: Resolver<ResolversTypes['Int'], ParentType, ContextType, RequireFields<MutationNoteRefusalsArgs, 'input'>>;
  placeLegalHold?: Resolver<ResolversTypes['LegalHoldPayload'], ParentType, ContextType, RequireFields<MutationPlaceLegalHoldArgs, 'input'>>;
  promoteStandby?: Resolver<ResolversTypes['StandbyPayload'], ParentType, ContextType, RequireFields<MutationPromoteStandbyArgs, 'input'>>;
  reembed?: Resolver<ResolversTypes['ReembeddingPayload'], ParentType, ContextType, RequireFields<MutationReembedArgs, 'input'>>;
  refreshSession?: Resolver<ResolversTypes['SessionPayload'], ParentType, ContextType, RequireFields<MutationRefreshSessionArgs, 'input'>>;
  releaseLegalHold?: Resolver<ResolversTypes['RetentionRemovalPayload'], ParentType, ContextType, RequireFields<MutationReleaseLegalHoldArgs, 'input'>>;
  repairConsistency?: Resolver<ResolversTypes['ConsistencyCheckPayload'], ParentType, ContextType, RequireFields<MutationRepairConsistencyArgs, 'input'>>;
  replayDeadLetters?: Resolver<ResolversTypes['ReplayDeadLettersPayload'], ParentType, ContextType, RequireFields<MutationReplayDeadLettersArgs, 'input'>>;
  reseedStandby?: Resolver<ResolversTypes['StandbyPayload'], ParentType, ContextType, RequireFields<MutationReseedStandbyArgs, 'input'>>;
  restoreBackup?: Resolver<ResolversTypes['RestorePayload'], ParentType, ContextType, RequireFields<MutationRestoreBackupArgs, 'input'>>;
  revealPseudonyms?: Resolver<ResolversTypes['RevealPseudonymsPayload'], ParentType, ContextType, RequireFields<MutationRevealPseudonymsArgs, 'input'>>;
  revertMigrations?: Resolver<ResolversTypes['MigrationsPayload'], ParentType, ContextType, RequireFields<MutationRevertMigrationsArgs, 'input'>>;
  revertReembedding?: Resolver<ResolversTypes['ReembeddingPayload'], ParentType, ContextType, RequireFields<MutationRevertReembeddingArgs, 'input'>>;
  revertRestore?: Resolver<ResolversTypes['RestorePayload'], ParentType, ContextType, RequireFields<MutationRevertRestoreArgs, 'input'>>;
  revokeApiKey?: Resolver<ResolversTypes['RevokeApiKeyPayload'], ParentType, ContextType, RequireFields<MutationRevokeApiKeyArgs, 'input'>>;
  revokeSigningKey?: Resolver<ResolversTypes['SigningKeysPayload'], ParentType, ContextType, RequireFields<MutationRevokeSigningKeyArgs, 'input'>>;
  rewrapArchivedDocuments?: Resolver<ResolversTypes['RewrapArchivedDocumentsPayload'], ParentType, ContextType, RequireFields<MutationRewrapArchivedDocumentsArgs, 'input'>>;
  rewrapBackup?: Resolver<ResolversTypes['BackupPayload'], ParentType, ContextType, RequireFields<MutationRewrapBackupArgs, 'input'>>;
  rotateApiKey?: Resolver<ResolversTypes['ApiKeySecretPayload'], ParentType, ContextType, RequireFields<MutationRotateApiKeyArgs, 'input'>>;
  rotateSigningKey?: Resolver<ResolversTypes['SigningKeysPayload'], ParentType, ContextType, RequireFields<MutationRotateSigningKeyArgs, 'input'>>;
  runMigrations?: Resolver<ResolversTypes['MigrationsPayload'], ParentType, ContextType, RequireFields<MutationRunMigrationsArgs, 'input'>>;
  setPrivacyPolicy?: Resolver<ResolversTypes['PrivacyPolicyPayload'], ParentType, ContextType, RequireFields<MutationSetPrivacyPolicyArgs, 'input'>>;
  setRetentionPolicy?: Resolver<ResolversTypes['RetentionPolicyPayload'], ParentType, ContextType, RequireFields<MutationSetRetentionPolicyArgs, 'input'>>;
  setRoleScopes?: Resolver<ResolversTypes['RolePayload'], ParentType, ContextType, RequireFields<MutationSetRoleScopesArgs, 'input'>>;
  setUserPassword?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationSetUserPasswordArgs, 'input'>>;
  setUserRoles?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationSetUserRolesArgs, 'input'>>;
  signIn?: Resolver<ResolversTypes['SessionPayload'], ParentType, ContextType, RequireFields<MutationSignInArgs, 'input'>>;
  signOut?: Resolver<ResolversTypes['SignOutPayload'], ParentType, ContextType, RequireFields<MutationSignOutArgs, 'input'>>;
  switchRestore?: Resolver<ResolversTypes['RestorePayload'], ParentType, ContextType, RequireFields<MutationSwitchRestoreArgs, 'input'>>;
  verifyBackup?: Resolver<ResolversTypes['BackupPayload'], ParentType, ContextType, RequireFields<MutationVerifyBackupArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PersonalDataRuleResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PersonalDataRule'] = ResolversParentTypes['PersonalDataRule']> = {
  action?: Resolver<ResolversTypes['PersonalDataAction'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['PersonalDataKind'], ParentType, ContextType>;
};

export type PrivacyPolicyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PrivacyPolicy'] = ResolversParentTypes['PrivacyPolicy']> = {
  collection?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  confidenceMin?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  generalisation?: Resolver<ResolversTypes['Generalisation'], ParentType, ContextType>;
  rules?: Resolver<ReadonlyArray<ResolversTypes['PersonalDataRule']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  updatedBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PrivacyPolicyPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PrivacyPolicyPayload'] = ResolversParentTypes['PrivacyPolicyPayload']> = {
  policy?: Resolver<ResolversTypes['PrivacyPolicy'], ParentType, ContextType>;
};

export type PrivacyTreatmentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PrivacyTreatment'] = ResolversParentTypes['PrivacyTreatment']> = {
  collection?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  documents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  held?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  jobId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  problem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  requestedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  requestedBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['PrivacyTreatmentState'], ParentType, ContextType>;
  treated?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unchanged?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  untreated?: Resolver<ReadonlyArray<ResolversTypes['UntreatedDocument']>, ParentType, ContextType>;
};

export type PrivacyTreatmentPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PrivacyTreatmentPayload'] = ResolversParentTypes['PrivacyTreatmentPayload']> = {
  treatment?: Resolver<ResolversTypes['PrivacyTreatment'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  apiKey?: Resolver<Maybe<ResolversTypes['ApiKey']>, ParentType, ContextType, RequireFields<QueryApiKeyArgs, 'id'>>;
  apiKeys?: Resolver<ResolversTypes['ApiKeyConnection'], ParentType, ContextType, RequireFields<QueryApiKeysArgs, 'first'>>;
  archivedDocuments?: Resolver<ResolversTypes['ArchivedDocumentConnection'], ParentType, ContextType, RequireFields<QueryArchivedDocumentsArgs, 'first' | 'states'>>;
  auditLog?: Resolver<ResolversTypes['AuditEntryConnection'], ParentType, ContextType, RequireFields<QueryAuditLogArgs, 'first'>>;
  auditVerification?: Resolver<ResolversTypes['AuditVerification'], ParentType, ContextType>;
  backup?: Resolver<Maybe<ResolversTypes['Backup']>, ParentType, ContextType, RequireFields<QueryBackupArgs, 'id'>>;
  backups?: Resolver<ResolversTypes['BackupConnection'], ParentType, ContextType, RequireFields<QueryBackupsArgs, 'first'>>;
  consistency?: Resolver<Maybe<ResolversTypes['ConsistencyCheck']>, ParentType, ContextType, Partial<QueryConsistencyArgs>>;
  deadLetters?: Resolver<ResolversTypes['DeadLetterConnection'], ParentType, ContextType, RequireFields<QueryDeadLettersArgs, 'first'>>;
  erasurePlan?: Resolver<ResolversTypes['ErasurePlan'], ParentType, ContextType, RequireFields<QueryErasurePlanArgs, 'metadata' | 'names'>>;
  health?: Resolver<ResolversTypes['Health'], ParentType, ContextType>;
  keyGrants?: Resolver<ReadonlyArray<Maybe<ResolversTypes['KeyGrant']>>, ParentType, ContextType, RequireFields<QueryKeyGrantsArgs, 'keys'>>;
  legalHolds?: Resolver<ReadonlyArray<ResolversTypes['LegalHold']>, ParentType, ContextType>;
  migrations?: Resolver<ReadonlyArray<ResolversTypes['Migration']>, ParentType, ContextType>;
  openSessions?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType, RequireFields<QueryOpenSessionsArgs, 'ids'>>;
  privacyPolicies?: Resolver<ReadonlyArray<ResolversTypes['PrivacyPolicy']>, ParentType, ContextType>;
  privacyTreatments?: Resolver<ReadonlyArray<ResolversTypes['PrivacyTreatment']>, ParentType, ContextType>;
  recovery?: Resolver<Maybe<ResolversTypes['StandbyStatus']>, ParentType, ContextType>;
  reembedding?: Resolver<Maybe<ResolversTypes['Reembedding']>, ParentType, ContextType>;
  restore?: Resolver<Maybe<ResolversTypes['Restore']>, ParentType, ContextType, RequireFields<QueryRestoreArgs, 'id'>>;
  restores?: Resolver<ResolversTypes['RestoreConnection'], ParentType, ContextType, RequireFields<QueryRestoresArgs, 'first'>>;
  retentionPolicies?: Resolver<ReadonlyArray<ResolversTypes['RetentionPolicy']>, ParentType, ContextType>;
  retentionPreview?: Resolver<ResolversTypes['RetentionPreview'], ParentType, ContextType, RequireFields<QueryRetentionPreviewArgs, 'days' | 'metadata'>>;
  roles?: Resolver<ReadonlyArray<ResolversTypes['Role']>, ParentType, ContextType>;
  signingKeys?: Resolver<ReadonlyArray<ResolversTypes['SigningKey']>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserArgs, 'id'>>;
  users?: Resolver<ResolversTypes['UserConnection'], ParentType, ContextType, RequireFields<QueryUsersArgs, 'first'>>;
  viewer?: Resolver<ResolversTypes['Viewer'], ParentType, ContextType>;
};

export type ReembeddingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Reembedding'] = ResolversParentTypes['Reembedding']> = {
  done?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  from?: Resolver<ResolversTypes['EmbedderFingerprint'], ParentType, ContextType>;
  problem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  refused?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ReembeddingState'], ParentType, ContextType>;
  switchedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  to?: Resolver<ResolversTypes['EmbedderFingerprint'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ReembeddingPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReembeddingPayload'] = ResolversParentTypes['ReembeddingPayload']> = {
  reembedding?: Resolver<ResolversTypes['Reembedding'], ParentType, ContextType>;
};

export type ReplayDeadLettersPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReplayDeadLettersPayload'] = ResolversParentTypes['ReplayDeadLettersPayload']> = {
  ids?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  jobIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  more?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  refused?: Resolver<ReadonlyArray<ResolversTypes['DeadLetterRefusal']>, ParentType, ContextType>;
};

export type RestoreResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Restore'] = ResolversParentTypes['Restore']> = {
  backup?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  collection?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  cutAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  mode?: Resolver<Maybe<ResolversTypes['RestoreMode']>, ParentType, ContextType>;
  notice?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  problem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  progress?: Resolver<Maybe<ResolversTypes['BackupProgress']>, ParentType, ContextType>;
  receipt?: Resolver<ResolversTypes['RestoreReceipt'], ParentType, ContextType>;
  requestedBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  scope?: Resolver<ResolversTypes['BackupScopeKind'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['RestoreState'], ParentType, ContextType>;
  switchedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RestoreConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RestoreConnection'] = ResolversParentTypes['RestoreConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['RestoreEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Restore']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type RestoreEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RestoreEdge'] = ResolversParentTypes['RestoreEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Restore'], ParentType, ContextType>;
};

export type RestoreFailureResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RestoreFailure'] = ResolversParentTypes['RestoreFailure']> = {
  documentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RestorePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RestorePayload'] = ResolversParentTypes['RestorePayload']> = {
  restore?: Resolver<ResolversTypes['Restore'], ParentType, ContextType>;
};

export type RestoreReceiptResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RestoreReceipt'] = ResolversParentTypes['RestoreReceipt']> = {
  access?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  anew?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  erased?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failures?: Resolver<ReadonlyArray<ResolversTypes['RestoreFailure']>, ParentType, ContextType>;
  held?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  removed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  restored?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  treatments?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  unchanged?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type RetentionPolicyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RetentionPolicy'] = ResolversParentTypes['RetentionPolicy']> = {
  action?: Resolver<ResolversTypes['RetentionAction'], ParentType, ContextType>;
  archived?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  collection?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  days?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  deleted?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lastRunAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  metadata?: Resolver<ReadonlyArray<ResolversTypes['MetadataMatch']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RetentionPolicyPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RetentionPolicyPayload'] = ResolversParentTypes['RetentionPolicyPayload']> = {
  policy?: Resolver<ResolversTypes['RetentionPolicy'], ParentType, ContextType>;
};

export type RetentionPreviewResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RetentionPreview'] = ResolversParentTypes['RetentionPreview']> = {
  documentIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  documents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  held?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type RetentionRemovalPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RetentionRemovalPayload'] = ResolversParentTypes['RetentionRemovalPayload']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RevealPseudonymsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RevealPseudonymsPayload'] = ResolversParentTypes['RevealPseudonymsPayload']> = {
  revealed?: Resolver<ReadonlyArray<ResolversTypes['RevealedPseudonym']>, ParentType, ContextType>;
};

export type RevealedPseudonymResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RevealedPseudonym'] = ResolversParentTypes['RevealedPseudonym']> = {
  kind?: Resolver<ResolversTypes['PersonalDataKind'], ParentType, ContextType>;
  pseudonym?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RevokeApiKeyPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RevokeApiKeyPayload'] = ResolversParentTypes['RevokeApiKeyPayload']> = {
  key?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType>;
};

export type RewrapArchivedDocumentsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RewrapArchivedDocumentsPayload'] = ResolversParentTypes['RewrapArchivedDocumentsPayload']> = {
  refused?: Resolver<ReadonlyArray<ResolversTypes['ArchiveRefusal']>, ParentType, ContextType>;
  rewrapped?: Resolver<ReadonlyArray<ResolversTypes['ArchivedDocument']>, ParentType, ContextType>;
};

export type RoleResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Role'] = ResolversParentTypes['Role']> = {
  isBuiltIn?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  scopes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RolePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RolePayload'] = ResolversParentTypes['RolePayload']> = {
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
};

export type SessionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isCurrent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  refreshedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type SessionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionPayload'] = ResolversParentTypes['SessionPayload']> = {
  accessExpiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  accessToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refreshToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sessionExpiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type SignOutPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignOutPayload'] = ResolversParentTypes['SignOutPayload']> = {
  ended?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type SigningKeyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SigningKey'] = ResolversParentTypes['SigningKey']> = {
  algorithm?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  currentAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  keptUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  revokedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['SigningKeyState'], ParentType, ContextType>;
};

export type SigningKeysPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SigningKeysPayload'] = ResolversParentTypes['SigningKeysPayload']> = {
  signingKeys?: Resolver<ReadonlyArray<ResolversTypes['SigningKey']>, ParentType, ContextType>;
};

export type StandbyPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StandbyPayload'] = ResolversParentTypes['StandbyPayload']> = {
  status?: Resolver<ResolversTypes['StandbyStatus'], ParentType, ContextType>;
};

export type StandbySeedingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StandbySeeding'] = ResolversParentTypes['StandbySeeding']> = {
  done?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type StandbyStatusResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StandbyStatus'] = ResolversParentTypes['StandbyStatus']> = {
  epoch?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  isAutomatic?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  lastRecovery?: Resolver<Maybe<ResolversTypes['GraphRecovery']>, ParentType, ContextType>;
  mode?: Resolver<Maybe<ResolversTypes['StandbyMode']>, ParentType, ContextType>;
  seeding?: Resolver<Maybe<ResolversTypes['StandbySeeding']>, ParentType, ContextType>;
  servers?: Resolver<ReadonlyArray<ResolversTypes['GraphServer']>, ParentType, ContextType>;
  witnessAnswers?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  backup?: SubscriptionResolver<Maybe<ResolversTypes['Backup']>, "backup", ParentType, ContextType, RequireFields<SubscriptionBackupArgs, 'id'>>;
  restore?: SubscriptionResolver<Maybe<ResolversTypes['Restore']>, "restore", ParentType, ContextType, RequireFields<SubscriptionRestoreArgs, 'id'>>;
};

export type UntreatedDocumentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UntreatedDocument'] = ResolversParentTypes['UntreatedDocument']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  documentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  hold?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  disabledAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastSignInAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  passwordChangedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  roles?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  scopes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  sessions?: Resolver<ReadonlyArray<ResolversTypes['Session']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['UserState'], ParentType, ContextType>;
};

export type UserConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserConnection'] = ResolversParentTypes['UserConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['UserEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['User']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type UserEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserEdge'] = ResolversParentTypes['UserEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type UserPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserPayload'] = ResolversParentTypes['UserPayload']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type ViewerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Viewer'] = ResolversParentTypes['Viewer']> = {
  apiKey?: Resolver<Maybe<ResolversTypes['ApiKey']>, ParentType, ContextType>;
  collections?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ID']>>, ParentType, ContextType>;
  issuer?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  scopes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  tenant?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  ApiKey?: ApiKeyResolvers<ContextType>;
  ApiKeyConnection?: ApiKeyConnectionResolvers<ContextType>;
  ApiKeyEdge?: ApiKeyEdgeResolvers<ContextType>;
  ApiKeyLimits?: ApiKeyLimitsResolvers<ContextType>;
  ApiKeySecretPayload?: ApiKeySecretPayloadResolvers<ContextType>;
  ArchiveDocumentsPayload?: ArchiveDocumentsPayloadResolvers<ContextType>;
  ArchiveRefusal?: ArchiveRefusalResolvers<ContextType>;
  ArchivedDocument?: ArchivedDocumentResolvers<ContextType>;
  ArchivedDocumentConnection?: ArchivedDocumentConnectionResolvers<ContextType>;
  ArchivedDocumentEdge?: ArchivedDocumentEdgeResolvers<ContextType>;
  AuditEntry?: AuditEntryResolvers<ContextType>;
  AuditEntryConnection?: AuditEntryConnectionResolvers<ContextType>;
  AuditEntryEdge?: AuditEntryEdgeResolvers<ContextType>;
  AuditFault?: AuditFaultResolvers<ContextType>;
  AuditVerification?: AuditVerificationResolvers<ContextType>;
  Backup?: BackupResolvers<ContextType>;
  BackupConnection?: BackupConnectionResolvers<ContextType>;
  BackupCount?: BackupCountResolvers<ContextType>;
  BackupEdge?: BackupEdgeResolvers<ContextType>;
  BackupPayload?: BackupPayloadResolvers<ContextType>;
  BackupProgress?: BackupProgressResolvers<ContextType>;
  BackupVerification?: BackupVerificationResolvers<ContextType>;
  BringBackDocumentsPayload?: BringBackDocumentsPayloadResolvers<ContextType>;
  ComponentHealth?: ComponentHealthResolvers<ContextType>;
  ConsistencyCheck?: ConsistencyCheckResolvers<ContextType>;
  ConsistencyCheckPayload?: ConsistencyCheckPayloadResolvers<ContextType>;
  ConsistencyCount?: ConsistencyCountResolvers<ContextType>;
  ConsistencyFinding?: ConsistencyFindingResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DeadLetter?: DeadLetterResolvers<ContextType>;
  DeadLetterConnection?: DeadLetterConnectionResolvers<ContextType>;
  DeadLetterEdge?: DeadLetterEdgeResolvers<ContextType>;
  DeadLetterRefusal?: DeadLetterRefusalResolvers<ContextType>;
  Degradation?: DegradationResolvers<ContextType>;
  DeleteArchivedDocumentsPayload?: DeleteArchivedDocumentsPayloadResolvers<ContextType>;
  DeleteBackupPayload?: DeleteBackupPayloadResolvers<ContextType>;
  DeleteRolePayload?: DeleteRolePayloadResolvers<ContextType>;
  DeleteUserPayload?: DeleteUserPayloadResolvers<ContextType>;
  DestroyPseudonymKeyPayload?: DestroyPseudonymKeyPayloadResolvers<ContextType>;
  DiscardDeadLettersPayload?: DiscardDeadLettersPayloadResolvers<ContextType>;
  EmbedderFingerprint?: EmbedderFingerprintResolvers<ContextType>;
  EndSessionPayload?: EndSessionPayloadResolvers<ContextType>;
  EndSessionsPayload?: EndSessionsPayloadResolvers<ContextType>;
  ErasedAmounts?: ErasedAmountsResolvers<ContextType>;
  ErasurePlan?: ErasurePlanResolvers<ContextType>;
  ErasureReceipt?: ErasureReceiptResolvers<ContextType>;
  ErasureRemains?: ErasureRemainsResolvers<ContextType>;
  Generalisation?: GeneralisationResolvers<ContextType>;
  GraphRecovery?: GraphRecoveryResolvers<ContextType>;
  GraphServer?: GraphServerResolvers<ContextType>;
  Health?: HealthResolvers<ContextType>;
  HeldDocument?: HeldDocumentResolvers<ContextType>;
  JSONObject?: GraphQLScalarType;
  KeyGrant?: KeyGrantResolvers<ContextType>;
  LegalHold?: LegalHoldResolvers<ContextType>;
  LegalHoldPayload?: LegalHoldPayloadResolvers<ContextType>;
  MetadataMatch?: MetadataMatchResolvers<ContextType>;
  Migration?: MigrationResolvers<ContextType>;
  MigrationsPayload?: MigrationsPayloadResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PersonalDataRule?: PersonalDataRuleResolvers<ContextType>;
  PrivacyPolicy?: PrivacyPolicyResolvers<ContextType>;
  PrivacyPolicyPayload?: PrivacyPolicyPayloadResolvers<ContextType>;
  PrivacyTreatment?: PrivacyTreatmentResolvers<ContextType>;
  PrivacyTreatmentPayload?: PrivacyTreatmentPayloadResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Reembedding?: ReembeddingResolvers<ContextType>;
  ReembeddingPayload?: ReembeddingPayloadResolvers<ContextType>;
  ReplayDeadLettersPayload?: ReplayDeadLettersPayloadResolvers<ContextType>;
  Restore?: RestoreResolvers<ContextType>;
  RestoreConnection?: RestoreConnectionResolvers<ContextType>;
  RestoreEdge?: RestoreEdgeResolvers<ContextType>;
  RestoreFailure?: RestoreFailureResolvers<ContextType>;
  RestorePayload?: RestorePayloadResolvers<ContextType>;
  RestoreReceipt?: RestoreReceiptResolvers<ContextType>;
  RetentionPolicy?: RetentionPolicyResolvers<ContextType>;
  RetentionPolicyPayload?: RetentionPolicyPayloadResolvers<ContextType>;
  RetentionPreview?: RetentionPreviewResolvers<ContextType>;
  RetentionRemovalPayload?: RetentionRemovalPayloadResolvers<ContextType>;
  RevealPseudonymsPayload?: RevealPseudonymsPayloadResolvers<ContextType>;
  RevealedPseudonym?: RevealedPseudonymResolvers<ContextType>;
  RevokeApiKeyPayload?: RevokeApiKeyPayloadResolvers<ContextType>;
  RewrapArchivedDocumentsPayload?: RewrapArchivedDocumentsPayloadResolvers<ContextType>;
  Role?: RoleResolvers<ContextType>;
  RolePayload?: RolePayloadResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  SessionPayload?: SessionPayloadResolvers<ContextType>;
  SignOutPayload?: SignOutPayloadResolvers<ContextType>;
  SigningKey?: SigningKeyResolvers<ContextType>;
  SigningKeysPayload?: SigningKeysPayloadResolvers<ContextType>;
  StandbyPayload?: StandbyPayloadResolvers<ContextType>;
  StandbySeeding?: StandbySeedingResolvers<ContextType>;
  StandbyStatus?: StandbyStatusResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  UntreatedDocument?: UntreatedDocumentResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
  UserPayload?: UserPayloadResolvers<ContextType>;
  Viewer?: ViewerResolvers<ContextType>;
};

