/**
 * Fills `dist/`, or the folder named as argument, with the whole program, which with `crds/` and `docs/errors.md` beside that
 * folder is all that an image needs. It starts at `edgeapp.mjs`; what only some commands need stands in files of its own, which the others do
 * not load. Other modules in the folder are removed. A second argument names another entry than that of the program.
 */
import { glob, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { build, type Plugin } from 'esbuild';

/**
 * client-node imports every API of Kubernetes and does not say that it has no side effects; saying so for it leaves out
 * what is not used, and with it most of the memory that loading it takes.
 */
const shakeKubernetesClient: Plugin = {
  name: 'shake-kubernetes-client',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^(\.|@kubernetes\/client-node$)/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === seen) return undefined;
      const { importer, kind, resolveDir } = from;
      const isOurs = path.startsWith('@') || importer.includes(`${sep}@kubernetes${sep}client-node${sep}`);
      if (!isOurs) return undefined;
      const result = await resolve(path, { importer, kind, resolveDir, pluginData: seen });
      return { ...result, sideEffects: false };
    });
  },
};
const seen = Symbol('resolved before');

/** The packages that are CommonJS call `require` for what Node has built in. */
const banner = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);`;

const [, , outdir = 'dist', entry = 'src/main.ts'] = process.argv;

const { outputFiles } = await build({
  entryPoints: [{ in: entry, out: 'edgeapp' }],
  outdir,
  // Node takes a file of this name for a module without trying it as CommonJS first, which costs memory and time.
  outExtension: { '.js': '.mjs' },
  write: false,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  // Errors and logs show the names of classes, and `keepNames` would pay for that with a call for every closure made.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  banner: { js: banner },
  plugins: [shakeKubernetesClient],
});
await mkdir(outdir, { recursive: true });
// The names of the parts change with what is in them.
for await (const file of glob('*.mjs', { cwd: outdir })) await rm(join(outdir, file));
await Promise.all(outputFiles.map(({ path, text }) => writeFile(path, toAscii(text))));

/** One letter beyond Latin-1, or in UTF-8 any beyond ASCII, and V8 keeps two bytes for each letter of a file. */
function toAscii(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
