/** What an error at the edge says of a wrong value, and what finding its place may cost. */

import { type ASTNode, type FieldNode, Kind, parse, Source, visit } from 'graphql';
import { expect, test } from 'vitest';
import { clientMistake } from '../../gateway/error-format.ts';

/** How often its text is read is how often it is parsed. */
class CountedSource extends Source {
  reads = 0;
}

function counted(text: string): CountedSource {
  const source = new CountedSource(text);
  Object.defineProperty(source, 'body', {
    get: () => {
      source.reads += 1;
      return text;
    },
  });
  return source;
}

test('the places of many wrong values are found in one more parse of the text', () => {
  const source = counted(`{ ${Array.from({ length: 20 }, (_, at) => `f${at}: find(id: ${at})`).join(' ')} }`);
  const values: ASTNode[] = [];
  visit(parse(source), { [Kind.INT]: (node) => void values.push(node) });
  source.reads = 0;
  for (const value of values)
    expect(clientMistake('is wrong', value).errors).toEqual([{ field: 'id', message: 'is wrong' }]);
  expect(values).toHaveLength(20);
  expect(source.reads).toBe(1);
});

test('a text that nests too deep to be read again is still an answer, without the place', () => {
  const [operation] = parse('{ find(id: 1) }').definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('it is an operation');
  const [field] = operation.selectionSet.selections as readonly FieldNode[];
  const value = field?.arguments?.[0]?.value;
  if (value?.loc === undefined) throw new Error('it has a place');
  const source = new Source(`{ find(id: ${'['.repeat(200_000)}${']'.repeat(200_000)}) }`);
  const deep = { ...value, loc: { ...value.loc, source } } as ASTNode;
  expect(clientMistake('is wrong', deep)).toMatchObject({ code: 'BAD_INPUT', message: 'is wrong' });
});
