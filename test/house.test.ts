/** The rules of the house that no linter knows. Arrows between folders are held by `.dependency-cruiser.cjs`. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, matchesGlob } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Code that runs in production: TypeScript outside of tests and benches, not generated. */
const SOURCES = FILES.filter(
  (path) =>
    path.endsWith('.ts') &&
    !path.endsWith('.generated.ts') &&
    !/^(test|bench)\//.test(path) &&
    !/^(codegen|vitest\.config)\.ts$/.test(path),
);
const PARSED = SOURCES.map((path) => ({
  path,
  tree: ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true),
}));

/** Every node of a file that a question is true of, as `path:line`. */
function places(question: (node: ts.Node) => boolean): readonly string[] {
  return PARSED.flatMap(({ path, tree }) => {
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (question(node)) {
        found.push(`${path}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(tree);
    return found;
  });
}

test('there is a house to look at', () => {
  expect(SOURCES.length).toBeGreaterThan(200);
});

describe('a file', () => {
  test('lies in no drawer', () => {
    const drawers = /(^|\/)(utils?|helpers?|common|misc|managers?|shared)(\/|\.ts$|-)/;
    expect(SOURCES.filter((path) => drawers.test(path))).toEqual([]);
  });

  test('is named in kebab-case', () => {
    expect(SOURCES.filter((path) => !/^([a-z0-9-]+\/)*[a-z0-9-]+(\.worker)?\.ts$/.test(path))).toEqual([]);
  });

  test('says in its first lines what lives in it, where it has more than a few', () => {
    const silent = SOURCES.filter((path) => {
      const text = read(path).replace(/^#!.*\n/, '');
      return text.split('\n').length > 20 && !text.startsWith('/**');
    });
    expect(silent).toEqual([]);
  });

  test('has at most 300 lines', () => {
    expect(SOURCES.filter((path) => read(path).split('\n').length > 300)).toEqual([]);
  });

  test('has no default export', () => {
    expect(places((node) => ts.isExportAssignment(node))).toEqual([]);
  });
});

/** Functions that make a value out of closures are as long as what they make; each is looked at when it grows. */
const FUNCTION_LINES_MAX = 70;

test(`a function has at most ${FUNCTION_LINES_MAX} lines, but for those that build a part out of closures`, () => {
  const long = places((node) => {
    if (!ts.isFunctionDeclaration(node) && !ts.isMethodDeclaration(node)) return false;
    if (/^(create|open|start|connect)([A-Z]|$)/.test(node.name?.getText() ?? '')) return false;
    const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
    return node.getSourceFile().getLineAndCharacterOfPosition(node.end).line - line >= FUNCTION_LINES_MAX;
  });
  expect(long).toEqual([]);
});

test('only the configuration and the command line read the environment', () => {
  const readers = places(
    (node) => ts.isPropertyAccessExpression(node) && /^process\.env$/.test(node.getText()),
  ).map((place) => place.replace(/:\d+$/, ''));
  expect([...new Set(readers)].filter((path) => !ENVIRONMENT_READERS.has(path))).toEqual([]);
});

/** Why each may: the entry, and packages that look there for themselves. */
const ENVIRONMENT_READERS = new Set(['main.ts', 'platform/config.ts', 'gateway/apollo.ts']);

describe('the text of a statement', () => {
  test('holds no value: what is put into it are constants, and pieces made of constants', () => {
    const values = places(
      (node) =>
        ts.isTemplateSpan(node) &&
        node.getSourceFile().fileName.startsWith('stores/graph/statements/') &&
        !/^[A-Z][A-Z_]*(\[|$)/.test(node.expression.getText()) &&
        !PIECES.has(node.expression.getText()),
    );
    expect(values).toEqual([]);
  });
});

/** Conditions and patterns that statements choose among; none holds anything that a caller sent. */
const PIECES = new Set([
  'count',
  'conditions.join(' + "' AND '" + ')',
  'inCollection',
  'inCollections',
  'label',
  'match',
  'matchOfIds',
  'property',
  'start',
  'types',
  'where',
]);

test('no piece of work is left as a mark in the text', () => {
  const marks = /\b(T[O]DO|FIX[M]E|XX[X])\b/;
  expect(FILES.filter((path) => /\.(ts|js|md|graphql|yml)$/.test(path) && marks.test(read(path)))).toEqual(
    [],
  );
});

test('every link between the documents leads somewhere', () => {
  const broken = FILES.filter((path) => path.endsWith('.md') && !path.startsWith('samples/')).flatMap(
    (path) =>
      [...read(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(join(ROOT, dirname(path), target)))
        .map((target) => `${path} → ${target}`),
  );
  expect(broken).toEqual([]);
});

test('every folder of the tree is on the map', () => {
  const map = read('ARCHITECTURE.md');
  const folders = new Set(FILES.filter((path) => path.includes('/')).map((path) => path.split('/')[0] ?? ''));
  const visible = [...folders].filter((folder) => !folder.startsWith('.'));
  expect(
    visible.filter((folder) => !map.includes(`| \`${folder}/`) && !map.includes(`, \`${folder}/\` |`)),
  ).toEqual([]);
});

describe('a file of this repository that a text names', () => {
  /** Every folder of it, and every file: by its path, and by its name alone where a text is about its folder. */
  const folders = new Set(FILES.flatMap(foldersOf));
  const names = new Set(FILES.map((path) => basename(path)));
  const isThere = (path: string) =>
    /[<*]/.test(path)
      ? FILES.some((file) => matchesGlob(file, `${path.replaceAll(/<\w+>/g, '*')}{,/**}`))
      : FILES.includes(path) || folders.has(path) || names.has(path);

  test.each(['.md', '.ts'])('is there (%s)', (ending) => {
    const texts = FILES.filter((path) => path.endsWith(ending) && !/^samples\/|\.generated\./.test(path));
    const gone = texts.flatMap((text) =>
      pathsIn(text)
        .filter((path) => !isThere(path))
        .map((path) => `${text} → ${path}`),
    );
    expect(gone).toEqual([]);
  });

  /** In backticks; of code, in its comments. A path of ours begins with a folder of ours; a name alone is a source's. */
  function pathsIn(text: string): readonly string[] {
    const lines = read(text)
      .split('\n')
      .filter((line) => text.endsWith('.md') || /^\s*(\/\*\*|\*|\/\/)/.test(line));
    return lines
      .flatMap((line) => [...line.matchAll(/`([\w.-]+(?:\/[\w.<>*-]+)*)\/?`/g)])
      .map(([, path = '']) => path)
      .filter((path) => (path.includes('/') ? folders.has(path.split('/')[0] ?? '') : path.endsWith('.ts')));
  }

  function foldersOf(path: string): readonly string[] {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
  }
});

describe('the lock file', () => {
  const lock = JSON.parse(read('package-lock.json')) as {
    readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Record<string, string> }>>;
  };

  test('names the engines’ packages of every platform, or npm ci refuses it', () => {
    const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !isLocked(path, name)),
    );
    expect(missing).toEqual([]);
  });

  test('names no registry', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved": "https?:/);
  });

  /** As Node looks for packages: in the parent's own folder, then in each folder above. */
  function isLocked(parent: string, name: string): boolean {
    for (let folder = parent; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
      if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in lock.packages) return true;
      if (folder === '') return false;
      if (!folder.includes('/node_modules/')) folder = '';
    }
  }
});
