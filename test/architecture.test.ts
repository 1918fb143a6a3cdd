/** Holds every import of src/ against the directions that docs/architecture.md draws. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

interface Rule {
  /** The zones whose files may be imported, beside the own one. */
  readonly zones: readonly string[];
  /** The packages and Node modules that may be imported; `*` stands for every dependency. */
  readonly packages: readonly string[];
}

const anything = ['*'];
const alicloud = ['openapi-client', 'openapi-util', 'tea-util'].map((name) => `@alicloud/${name}`);
/** A zone is a folder of src/, or a file in src/ without its ending. Ports lie where they are used: adapters import them. */
const rules: Record<string, Rule> = {
  core: { zones: [], packages: ['ajv', '@marcbachmann/cel-js'] },
  api: { zones: ['core'], packages: [] },
  cloud: { zones: ['core'], packages: [] },
  runtime: { zones: ['core', 'api'], packages: ['node:util'] },
  kinds: { zones: ['core', 'api', 'cloud', 'runtime'], packages: ['node:crypto', 'node:util'] },
  http: { zones: [], packages: ['undici', 'node:*'] },
  kube: {
    zones: ['core', 'api', 'runtime', 'http'],
    packages: ['@kubernetes/client-node', 'undici', 'yaml', 'node:*'],
  },
  esa: { zones: ['core', 'cloud', 'http'], packages: [...alicloud, 'undici', 'node:*'] },
  telemetry: { zones: ['core'], packages: ['pino', 'node:*'] },
  emulator: { zones: [], packages: ['node:*'] },
  probe: { zones: ['core', 'cloud', 'kinds'], packages: [] },
  config: { zones: ['kinds'], packages: [] },
  operator: { zones: anything, packages: anything },
  cli: { zones: anything, packages: anything },
  main: { zones: anything, packages: anything },
  'shipped-file': { zones: [], packages: [] },
};

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

function importsOf({ text }: SourceFile): string[] {
  const statements = text.matchAll(/^(?:import|export)\b(?:[^;'"=]*?\bfrom)?\s*['"]([^'"]+)['"]/gm);
  const calls = text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g);
  return [...statements, ...calls].map(([, specifier]) => specifier as string);
}

const zoneOf = (path: string) => path.replace(/^src\//, '').replace(/(\/.*|\.ts)$/, '');
const packageOf = (specifier: string) =>
  specifier.startsWith('node:')
    ? specifier
    : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
const matches = (allowed: readonly string[], name: string) =>
  allowed.includes('*') || allowed.includes(name) || (name.startsWith('node:') && allowed.includes('node:*'));

/** One line for each import that goes against the rules. */
function violationsOf(file: SourceFile): string[] {
  const zone = zoneOf(file.path);
  const rule = rules[zone];
  if (rule === undefined) return [`${file.path} lies in a zone without a rule`];
  return importsOf(file)
    .filter((specifier) => {
      if (!specifier.startsWith('.')) return !matches(rule.packages, packageOf(specifier));
      const target = join(dirname(file.path), specifier);
      if (!target.startsWith('src/')) return !target.startsWith('crds/') && target !== 'package.json';
      return zoneOf(target) !== zone && !matches(rule.zones, zoneOf(target));
    })
    .map((specifier) => `${file.path} imports ${specifier}`);
}

/** The zones and packages that a file imports. */
function targetsOf(file: SourceFile): string[] {
  return importsOf(file).map((specifier) =>
    specifier.startsWith('.') ? zoneOf(join(dirname(file.path), specifier)) : packageOf(specifier),
  );
}

/** The files that import one another in a circle, and those between two circles. */
function cyclesOf(files: readonly SourceFile[]): string[] {
  const imports = new Map(
    files.map((file) => [
      file.path,
      new Set(importsOf(file).map((specifier) => join(dirname(file.path), specifier))),
    ]),
  );
  const isLoose = ([path, targets]: [string, Set<string>]) =>
    !targets.values().some((target) => imports.has(target)) ||
    !imports.values().some((others) => others.has(path));
  for (let loose = [...imports].filter(isLoose); loose.length > 0; loose = [...imports].filter(isLoose))
    for (const [path] of loose) imports.delete(path);
  return [...imports.keys()].sort();
}

const read = (pattern: string): SourceFile[] =>
  globSync(pattern).map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const sources = read('src/**/*.ts');
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const dependencies = Object.keys(manifest.dependencies);
const developmentDependencies = Object.keys(manifest.devDependencies);

describe('the imports of src/', () => {
  test('go inward only', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.flatMap(violationsOf)).toEqual([]);
  });

  const crossings = [
    { title: 'core importing an adapter', path: 'src/core/a.ts', text: "import { a } from '../kube/a.ts';" },
    { title: 'core reading a file', path: 'src/core/a.ts', text: "import { readFileSync } from 'node:fs';" },
    {
      title: 'a type that comes from outside',
      path: 'src/cloud/a.ts',
      text: "import type { A } from '../esa/a.ts';",
    },
    { title: 'one adapter knowing another', path: 'src/esa/a.ts', text: "export { a } from '../kube/a.ts';" },
    { title: 'a call of import()', path: 'src/kube/a.ts', text: "const a = await import('../cli/run.ts');" },
    {
      title: 'the emulator reading core',
      path: 'src/emulator/a.ts',
      text: "import {\n  a,\n} from '../core/a.ts';",
    },
    { title: 'an unknown zone', path: 'src/helpers/a.ts', text: '' },
  ];
  test.for(crossings)('are found out: $title', (file) => {
    expect(violationsOf(file)).toHaveLength(1);
  });

  test('are allowed only as far as a file needs them', () => {
    const unused = Object.entries(rules).flatMap(([zone, { zones, packages }]) => {
      const imports = sources.filter(({ path }) => zoneOf(path) === zone).flatMap(targetsOf);
      const isUsed = (allowed: string) => allowed === '*' || imports.some((name) => matches([allowed], name));
      return [...zones, ...packages]
        .filter((allowed) => !isUsed(allowed))
        .map((allowed) => `${zone}: ${allowed}`);
    });
    expect(unused).toEqual([]);
  });

  test('form no cycle', () => {
    expect(cyclesOf(sources)).toEqual([]);
  });

  test('are found out where they form a cycle, of types alone too', () => {
    const files = [
      { path: 'src/core/a.ts', text: "import { b } from './b.ts';" },
      { path: 'src/core/b.ts', text: "import type { c } from './c.ts';" },
      { path: 'src/core/c.ts', text: "export { a } from './a.ts';" },
      { path: 'src/core/d.ts', text: "import { a } from './a.ts';" },
    ];
    expect(cyclesOf(files)).toEqual(['src/core/a.ts', 'src/core/b.ts', 'src/core/c.ts']);
  });

  test('name no package that would be missing at run time', () => {
    expect(missing(sources, dependencies)).toEqual([]);
  });
});

test('tests and tools import only packages that package.json names', () => {
  const tools = [...read('test/**/*.ts'), ...read('bench/**/*.ts'), ...read('*.ts')];
  expect(missing(tools, [...dependencies, ...developmentDependencies])).toEqual([]);
});

function missing(files: readonly SourceFile[], known: readonly string[]): string[] {
  const isKnown = (name: string) => name.startsWith('node:') || known.includes(name);
  const bare = (file: SourceFile) => importsOf(file).filter((specifier) => !specifier.startsWith('.'));
  return files.flatMap((file) =>
    bare(file)
      .filter((specifier) => !isKnown(packageOf(specifier)))
      .map((specifier) => `${file.path} imports ${specifier}`),
  );
}

const ambient =
  /\bprocess\.env\b|\bMath\.random\(|\bDate\.now\(|\bnew Date\(\)|\bsetTimeout\(|\bperformance\.now\(/;
test('core, runtime, cloud and kinds take time, chance and settings from outside', () => {
  const inner = sources.filter(({ path }) => /^src\/(core|api|runtime|cloud|kinds)\//.test(path));
  expect(inner.filter(({ text }) => ambient.test(text)).map(({ path }) => path)).toEqual([]);
});

test('only config/config.ts reads the environment', () => {
  const readers = sources.filter(({ text }) => /\bprocess\.env\b|\benv\b.*from 'node:process'/.test(text));
  expect(readers.map(({ path }) => path)).toEqual(['src/config/config.ts']);
});
