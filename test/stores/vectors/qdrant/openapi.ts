/**
 * Qdrant's published OpenAPI file as a judge of request bodies. `QDRANT_OPENAPI` names the file, which is in
 * Qdrant's repository; it is not copied here.
 */

import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

interface Operation {
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly schema: object } };
  };
}

interface Specification {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

export interface BodyJudge {
  /** Throws, saying what is wrong, unless the operation exists and takes this body. */
  check(method: string, path: string, body: unknown): void;
}

export const OPENAPI_FILE = process.env.QDRANT_OPENAPI;

export function openApiJudge(file: string): BodyJudge {
  const specification = strict(JSON.parse(readFileSync(file, 'utf8'))) as Specification;
  // Formats such as `uint` say what a number fits into; ajv has no opinion on them.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(specification, 'qdrant');
  // `/points/query` is also `/points/{id}`: the path with fewer parameters is meant.
  const paths = Object.entries(specification.paths).toSorted(
    ([left], [right]) => left.split('{').length - right.split('{').length,
  );
  const validators = new Map<string, ValidateFunction>();
  const validatorOf = (method: string, template: string): ValidateFunction => {
    const pointer = [template, method, 'requestBody', 'content', 'application/json', 'schema']
      .map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))
      .map(encodeURIComponent)
      .join('/');
    const validate = validators.get(pointer) ?? ajv.compile({ $ref: `qdrant#/paths/${pointer}` });
    validators.set(pointer, validate);
    return validate;
  };

  return {
    check: (method, path, body) => {
      const [template, operations] = paths.find(([known]) => isPath(known, path)) ?? [];
      const operation = operations?.[method.toLowerCase()];
      if (template === undefined || operation === undefined)
        throw new Error(`Qdrant has no ${method} ${path}`);
      if (operation.requestBody === undefined) return;
      const validate = validatorOf(method.toLowerCase(), template);
      if (!validate(body))
        throw new Error(`${method} ${template}: ${ajv.errorsText(validate.errors?.slice(-4))}`);
    },
  };
}

function isPath(template: string, path: string): boolean {
  const [known, asked] = [template.split('/'), path.split('/')];
  return (
    known.length === asked.length && known.every((part, at) => part.startsWith('{') || part === asked[at])
  );
}

/**
 * The file says less than it means: fields that no schema knows would pass, and so would anything at all where null
 * may stand. Payload and the like say themselves that they are open.
 */
function strict(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(strict);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, strict(value)] as const);
  const copy: Record<string, unknown> = Object.fromEntries(entries);
  if ('nullable' in copy && !('type' in copy)) return { enum: [null] };
  const isClosed = copy.type === 'object' && 'properties' in copy && !('additionalProperties' in copy);
  return isClosed ? { ...copy, additionalProperties: false } : copy;
}
