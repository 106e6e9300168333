/** What a search may be asked, and the limits of it. Everything a client can get wrong is told here, by field. */

import type { DocumentFilter, MetadataCondition } from '../model/filter.ts';
import { PAGE_MAX } from '../model/page.ts';
import { badInput } from '../platform/errors.ts';
import { isBoundTooLong, TEXT_BOUND_BYTES_MAX } from '../stores/vectors/filter-limits.ts';

/** Longest query or question, in UTF-16 code units. */
export const QUERY_LENGTH_MAX = 2_000;
/** Collections of one search. */
export const COLLECTIONS_MAX = 20;
/** Conditions of one filter, and elements of each of its lists. */
const CONDITIONS_MAX = 20;
const FILTER_LIST_MAX = 500;

export interface SearchScope {
  readonly tenant: string;
  /** Names of collections; every collection when absent. */
  readonly collections?: readonly string[];
  readonly filter?: DocumentFilter;
  /** Ids of the collections that the reader may read; every one of the tenant when absent. */
  readonly within?: readonly string[];
  /** Whether the reader may find what stands under pseudonyms by its real names. */
  readonly byRealNames?: boolean;
}

export interface SearchRequest extends SearchScope {
  readonly query: string;
  /** 1 to 100. */
  readonly first: number;
  /** Names of arms; all that are configured when absent. */
  readonly arms?: readonly string[];
}

export interface AskRequest extends SearchScope {
  readonly question: string;
}

/** Throws BAD_INPUT with the field's name for the first thing that is wrong. */
export function checkSearchRequest(request: SearchRequest): void {
  checkText('query', request.query);
  if (!Number.isInteger(request.first) || request.first < 1 || request.first > PAGE_MAX) {
    throw badInput('first', `is ${request.first} and must be from 1 to ${PAGE_MAX}.`);
  }
  checkScope(request);
}

export function checkAskRequest(request: AskRequest): void {
  checkText('question', request.question);
  checkScope(request);
}

function checkText(field: string, text: string): void {
  if (!/[\p{L}\p{N}]/u.test(text)) throw badInput(field, 'has no letter and no digit to search for.');
  if (text.length > QUERY_LENGTH_MAX) {
    throw badInput(
      field,
      `has ${text.length} characters and may have ${QUERY_LENGTH_MAX}. Ask for less at once.`,
    );
  }
}

function checkScope({ collections, filter }: SearchScope): void {
  if (collections !== undefined) checkList('collections', collections, COLLECTIONS_MAX);
  if (filter !== undefined) checkFilter(filter);
}

function checkFilter(filter: DocumentFilter): void {
  checkList('filter.documents', filter.documentIds ?? [], FILTER_LIST_MAX);
  checkList('filter.mediaTypes', filter.mediaTypes ?? [], FILTER_LIST_MAX);
  checkList('filter.metadata', filter.metadata ?? [], CONDITIONS_MAX);
  filter.metadata?.forEach((condition, at) => {
    checkCondition(`filter.metadata.${at}`, condition);
  });
  checkTime('filter.updatedAfter', filter.updatedAfter);
  checkTime('filter.updatedBefore', filter.updatedBefore);
}

function checkCondition(field: string, condition: MetadataCondition): void {
  if (condition.key.trim() === '') throw badInput(`${field}.key`, 'is empty; name a metadata key.');
  const parts = [condition.in, condition.atLeast, condition.atMost, condition.exists];
  if (parts.every((part) => part === undefined)) {
    throw badInput(field, 'says nothing of its key. Give "in", "atLeast", "atMost" or "exists".');
  }
  checkList(`${field}.in`, condition.in ?? [], FILTER_LIST_MAX);
  // Clients write bounds on texts under names of their own.
  checkBound(`${field}.from`, condition.atLeast);
  checkBound(`${field}.to`, condition.atMost);
}

function checkBound(field: string, bound: string | number | undefined): void {
  if (isBoundTooLong(bound))
    throw badInput(field, `has more than ${TEXT_BOUND_BYTES_MAX} bytes in UTF-8. Give its beginning.`);
}

function checkList(field: string, values: readonly unknown[], max: number): void {
  if (values.length > max) throw badInput(field, `has ${values.length} elements and may have ${max}.`);
}

function checkTime(field: string, time: string | undefined): void {
  if (time !== undefined && Number.isNaN(Date.parse(time))) {
    throw badInput(field, 'is not a time. Write it as 2026-01-31T12:00:00Z.');
  }
}
