/**
 * Makes `dist/edgeapp.js`, or the file named as argument: the whole program, which with `crds/` beside its folder is all
 * that an image needs. A second argument names another entry than that of the program.
 */
import { sep } from 'node:path';
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

const [, , outfile = 'dist/edgeapp.js', entry = 'src/main.ts'] = process.argv;

await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
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
