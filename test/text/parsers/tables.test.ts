import { describe, expect, test } from 'vitest';
import { blocks, read, refusal } from './harness.ts';

const csv = (source: string) => blocks(source, 'text/csv');
const json = (source: string) => blocks(source, 'application/json');

describe('CSV', () => {
  test.each([
    ['commas', 'a,b\n1,2'],
    ['semicolons', 'a;b\n1;2'],
    ['tabs', 'a\tb\n1\t2'],
    ['bars', 'a|b\n1|2'],
    ['what it names itself', 'sep=;\na;b\n1;2'],
    ['semicolons, below blank lines', '\n \na;b\r\n1;2\r\n'],
    ['commas, with a byte order mark and the line ends of old Macs', '\ufeffa,b\r1,2\r'],
    ['commas, with spaces around', '"a",b\n "1" , 2'],
  ])('is parted by %s', async (_, source) => {
    expect(await csv(source)).toEqual(['lines: a: 1\nb: 2']);
  });

  test('keeps quotes, delimiters and line breaks inside quoted fields', async () => {
    expect(await csv('a,b\n"1, ""one""\nand more",5" pipe\nx,y')).toEqual([
      'lines: a: 1, "one"\nand more\nb: 5" pipe',
      'lines: a: x\nb: y',
    ]);
  });

  test('keeps empty fields in their places', async () => {
    expect(await csv('a\tb\tc\n1\t\t3')).toEqual(['lines: a: 1\nc: 3']);
  });

  test('loses no field where the header repeats, leaves out or misses a name', async () => {
    expect(await csv('a,a,a (2),,\n1,2,3,4,5,6\n7\n')).toEqual([
      'lines: a: 1\na (3): 2\na (2): 3\ncolumn 4: 4\ncolumn 5: 5\ncolumn 6: 6',
      'lines: a: 7',
    ]);
  });

  test('with a quote that is never closed is refused, saying what to do', async () => {
    expect(await refusal('a,b\n1,"2\n3,4\n', 'text/csv')).toBe(
      'UNPROCESSABLE_DOCUMENT: The content is not valid CSV: Quote Not Closed. Close every quote, and double the quotes inside fields.',
    );
  });
});

const nested = (levels: number, value: string) => `${'['.repeat(levels)}${value}${']'.repeat(levels)}`;

describe('JSON', () => {
  test('has a block for each element of a list, a line for each value, named by its path', async () => {
    expect(await json('[{"a":{"b":[1,{"c":true}]},"d":null,"e":" "},"text",[2,3]]')).toEqual([
      'lines: a.b: 1\na.b.c: true',
      'lines: text',
      'lines: 2\n3',
    ]);
  });

  test('keeps numbers as they were written where they are too large to count with', async () => {
    expect(await json('{"id":12345678901234567890,"n":-90071992547409931,"x":1.5}')).toEqual([
      'lines: id: 12345678901234567890\nn: -90071992547409931\nx: 1.5',
    ]);
  });

  test('has the title that it gives itself', async () => {
    expect((await read('{"title":"T","a":1}', 'application/json')).title).toBe('T');
    expect((await read('{"name":"N","a":1}', 'application/json')).title).toBe('N');
  });

  test('with half a character or a control character is read without it', async () => {
    expect(await json('{"a":"\\ud800x\\u0000y"}')).toEqual(['lines: a: \ufffdx y']);
  });

  test.each([
    ['cut off', '{"a":1', /The content is not valid JSON: Expected .*\. Correct it, then send it again/],
    ['no JSON', 'hello', /The content is not valid JSON: Unexpected token 'h'\. Correct it/],
    ['nested a little too deep', nested(102, '1'), /The JSON nests deeper than 100 levels\. Flatten it/],
    ['nested a lot too deep', nested(100_000, '1'), /nests deeper than 100 levels\. Flatten it/],
    ['nested around many digits', nested(200_000, '12345678901234567890'), /it nests too deep\. Correct it/],
  ])('that cannot be read is refused, saying why: %s', async (_, source, expected) => {
    expect(await refusal(source, 'application/json')).toMatch(/^UNPROCESSABLE_DOCUMENT: /);
    expect(await refusal(source, 'application/json')).toMatch(expected);
  });
});

describe('JSON lines', () => {
  test('have a block for each record', async () => {
    expect(await blocks('{"a":1}\r\n\n"x"\n', 'application/jsonl')).toEqual(['lines: a: 1', 'lines: x']);
  });

  test('with a broken one are refused as one document, naming the line', async () => {
    expect(await refusal('{"a":1}\n\n{"a":\n{"b":2}', 'application/jsonl')).toMatch(
      /UNPROCESSABLE_DOCUMENT: Line 3 is not valid JSON: .*\. Correct it/,
    );
  });
});
