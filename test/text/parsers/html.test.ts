import { describe, expect, test } from 'vitest';
import { blocks, read, sections } from './harness.ts';

const html = (source: string) => blocks(source, 'text/html');

describe('HTML', () => {
  test('has a section for each heading, wherever it stands', async () => {
    const source =
      '<h1>A</h1><div><p>one</p><section><h2>B <small>b</small></h2>two</section></div><ul><li><h2>C</h2>three</ul><h1>D</h1>';
    expect(await sections(source, 'text/html')).toEqual([
      'A: A',
      'A: one',
      'A > B b: B b',
      'A > B b: two',
      'A > C: C',
      'A > C: three',
      'D: D',
    ]);
  });

  test('parts blocks, keeps line breaks, and joins what only tags part', async () => {
    expect(
      await html('a<b>b</b> \n c<div>d<p>e<br>f<br><br>g</div>h<hr>i &lt;&nbsp;&#x41;<wbr>B&shy;C'),
    ).toEqual(['prose: ab c', 'prose: d', 'prose: e\nf', 'prose: g', 'prose: h', 'prose: i < ABC']);
  });

  test('gives lists a line an item, numbered and indented', async () => {
    expect(await html('<ol><li>one<li><p>two</p><p>more</p><ul><li>in</ul><li>three</ol>')).toEqual([
      'lines: 1. one\n2. two\n  more\n  - in\n3. three',
    ]);
  });

  test('gives tables a line a row, whatever their cells hold', async () => {
    expect(
      await html(
        '<table><caption>Cap</caption><thead><tr><th>a<th>b</thead><tr><td><p>1</p><p>2</p><td><ul><li>x<li>y</ul></table>',
      ),
    ).toEqual(['lines: Cap\na | b\n1 2 | x y']);
  });

  test('keeps preformatted text as it is', async () => {
    expect(await html('<pre>a  b\n\n  c</pre>')).toEqual(['lines: a  b\n\n  c']);
  });

  test.each([
    '<script>if (a < b) "</p>"</script>',
    '<style>p { }</style>',
    '<noscript>x</noscript>',
    '<nav><ul><li>x</ul></nav>',
    '<div role="navigation">x</div>',
    '<p hidden>x</p>',
    '<span aria-hidden="true">x</span>',
    '<div style="color: red; DISPLAY : none"><div>x</div></div>',
    '<svg><title>x</title><text>x</text></svg>',
    '<select><option>x</select>',
    '<button>x</button>',
    '<ruby><rt>x</rt></ruby>',
    '<footer>x</footer>',
    '<sup role="doc-noteref">x</sup>',
    '<!-- x -->',
  ])('hides what a reader does not see: %s', async (hidden) => {
    expect(await html(`<p>a</p>${hidden}<p>b</p>`)).toEqual(['prose: a', 'prose: b']);
  });

  test('shows what belongs to the text: a form, the footer of an article, a page that hides itself at first', async () => {
    expect(
      await html(
        '<body style="display:none"><form>a<input value="x"></form><article>b<footer>c</footer></article>',
      ),
    ).toEqual(['prose: a', 'prose: b', 'prose: c']);
  });

  test('has the title of its head, else its first heading of the first level', async () => {
    expect((await read('<title> A &amp;\n B </title><h1>C</h1>', 'text/html')).title).toBe('A & B');
    expect((await read('<h2>B</h2><h1>C</h1><h1>D</h1>', 'text/html')).title).toBe('C');
    expect((await read('<p>x', 'text/html')).title).toBeNull();
  });

  test('with characters that no store may get is read without them', async () => {
    expect(await html('<p>a&#0;b&#xD800;c&#7;d</p>')).toEqual(['prose: a\ufffdb\ufffdc d']);
  });
});
