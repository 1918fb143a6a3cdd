import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type FindBinaryOptions, findBinary } from './binaries.ts';
import type { EnvtestRelease } from './envtest-release.ts';
import { builtVersions } from './go-build.ts';
import { programNames } from './program-name.ts';

let folder: string;
let cache: string;
let built: string;
let server: Server;
let answer: RequestListener;
let requests: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'binaries-test-'));
  cache = join(folder, 'cache', 'edgeapp-operator');
  built = join(cache, await builtVersions());
  requests = 0;
  answer = (_, response) => void response.writeHead(404).end();
  server = createServer((request, response) => {
    requests += 1;
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

async function writeScript(path: string, body = 'exit 0'): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

/** A `go` that logs its arguments and writes a program where `go build -o` would; `body` runs before. */
function writeGo(body = ''): Promise<string> {
  const log = join(folder, 'go.log');
  return writeScript(
    join(folder, 'bin', 'go'),
    `echo "$PWD $CGO_ENABLED $*" >>${log}\n${body}\nwhile [ "$1" != -o ]; do shift; done\nprintf 'built' >"$2"; chmod +x "$2"`,
  );
}

async function goCalls(): Promise<string[]> {
  const log = await readFile(join(folder, 'go.log'), 'utf8').catch(() => '');
  return log.split('\n').filter((line) => line !== '');
}

interface Overrides extends Omit<FindBinaryOptions, 'release'> {
  readonly assets?: string;
  readonly release?: Partial<EnvtestRelease>;
}

function options(overrides: Overrides = {}) {
  const { assets, release, ...rest } = overrides;
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      ...process.env,
      KUBEBUILDER_ASSETS: assets,
      XDG_CACHE_HOME: join(folder, 'cache'),
      PATH: `${folder}/bin:/usr/bin:/bin`,
    },
    release: {
      version: '1.0.0',
      folderName: 'envtest-1.0.0',
      url: `http://127.0.0.1:${port}/envtest.tar.gz`,
      sha512: 'none',
      answerWithinMs: 10_000,
      ...release,
    },
    onProgress: () => undefined,
    ...rest,
  };
}

/** Serves a tarball laid out as the official one; its SHA-512. */
async function serveTarball(): Promise<string> {
  const root = join(folder, 'tarball');
  for (const name of ['etcd', 'kube-apiserver', 'kubectl']) {
    await writeScript(join(root, 'controller-tools', 'envtest', name));
  }
  const file = join(folder, 'envtest.tar.gz');
  await promisify(execFile)('tar', ['-czf', file, '-C', root, 'controller-tools']);
  const content = await readFile(file);
  answer = (_, response) => void response.end(content);
  return createHash('sha512').update(content).digest('hex');
}

describe('a program that is there', () => {
  test('comes from KUBEBUILDER_ASSETS before the cache', async () => {
    const expected = await writeScript(join(folder, 'assets', 'etcd'));
    await writeScript(join(built, 'etcd'));
    expect(await findBinary('etcd', options({ assets: join(folder, 'assets') }))).toBe(expected);
  });

  test('comes from the cache where KUBEBUILDER_ASSETS does not hold it', async () => {
    await writeScript(join(folder, 'assets', 'etcd'));
    const expected = await writeScript(join(built, 'kubectl'));
    expect(await findBinary('kubectl', options({ assets: join(folder, 'assets') }))).toBe(expected);
  });

  test('is passed over when it cannot be run', async () => {
    const assets = join(folder, 'assets');
    await chmod(await writeScript(join(assets, 'etcd')), 0o644);
    const expected = await writeScript(join(cache, 'envtest-1.0.0', 'etcd'));
    expect(await findBinary('etcd', options({ assets }))).toBe(expected);
  });

  test('asks neither the network nor Go', async () => {
    await writeGo();
    await writeScript(join(built, 'etcd'));
    await findBinary('etcd', options());
    expect([requests, await goCalls()]).toEqual([0, []]);
  });
});

describe('the official tarball', () => {
  test('fills the cache with its three programs at once, before Go is asked', async () => {
    await writeGo();
    const sha512 = await serveTarball();
    for (const name of programNames.slice(0, 3)) {
      expect(await findBinary(name, options({ release: { sha512 } }))).toBe(
        join(cache, 'envtest-1.0.0', name),
      );
    }
    expect([requests, await goCalls()]).toEqual([1, []]);
    expect(await readdir(cache)).toEqual(['envtest-1.0.0']);
  });

  test('is followed over a redirect', async () => {
    const sha512 = await serveTarball();
    const serve = answer;
    answer = (request, response) =>
      request.url === '/envtest.tar.gz'
        ? void response.writeHead(302, { location: '/elsewhere?signed=yes' }).end()
        : serve(request, response);
    expect(await findBinary('etcd', options({ release: { sha512 } }))).toBe(
      join(cache, 'envtest-1.0.0', 'etcd'),
    );
  });

  test('is refused with another SHA-512; then Go builds', async () => {
    await writeGo();
    await serveTarball();
    const lines: string[] = [];
    const onProgress = (line: string) => lines.push(line);
    expect(await findBinary('etcd', options({ onProgress, release: { sha512: 'abc' } }))).toBe(
      join(built, 'etcd'),
    );
    expect(lines.join('\n')).toMatch(/etcd: download: .* has SHA-512 [0-9a-f]{128}, not abc/);
    expect(await readdir(cache)).not.toContain('envtest-1.0.0');
  });

  test('is given up on when the host does not answer in time', async () => {
    await writeGo();
    answer = () => undefined;
    const found = findBinary('etcd', options({ release: { answerWithinMs: 100 } }));
    expect(await found).toBe(join(built, 'etcd'));
    expect(requests).toBe(1);
  });

  test('is not asked for kube-controller-manager, which it does not hold', async () => {
    await writeGo();
    await findBinary('kube-controller-manager', options());
    expect(requests).toBe(0);
  });

  test('is not mixed with a kube-apiserver that was built', async () => {
    await writeGo();
    await writeScript(join(built, 'kube-apiserver'));
    expect(await findBinary('kubectl', options({ release: { sha512: await serveTarball() } }))).toBe(
      join(built, 'kubectl'),
    );
    expect(requests).toBe(0);
  });
});

describe('go build', () => {
  test('builds the module beside it, without C, with the versions that go.mod names', async () => {
    await writeGo();
    const path = await findBinary('kube-apiserver', options());
    expect(path).toMatch(/edgeapp-operator\/kubernetes-1\.36\.\d+-etcd-3\.\d+\.\d+-\w+-\w+\/kube-apiserver$/);
    expect(await readFile(path, 'utf8')).toBe('built');
    const [call = ''] = await goCalls();
    expect(call).toContain(`${import.meta.dirname} 0 build -v -trimpath`);
    expect(call).toMatch(
      /gitVersion=v1\.36\.\d+ .*gitMajor=1 .*gitMinor=36 -o .* k8s\.io\/kubernetes\/cmd\/kube-apiserver$/,
    );
  });

  test('keeps what it compiled until the last program is built', async () => {
    await writeGo();
    for (const name of programNames.slice(0, 3)) await findBinary(name, options());
    expect(await readdir(cache)).toContain(`${await builtVersions()}.go-build`);
    await findBinary('kube-controller-manager', options());
    expect(await readdir(cache)).toEqual([await builtVersions()]);
  });

  test('lets go of what it compiled a day after the last build', async () => {
    await writeGo();
    await findBinary('etcd', options());
    const intermediates = `${built}.go-build`;
    await findBinary('etcd', options());
    expect(await readdir(cache)).toContain(`${await builtVersions()}.go-build`);
    const twoDaysAgo = new Date(Date.now() - 48 * 3_600_000);
    await utimes(intermediates, twoDaysAgo, twoDaysAgo);
    await findBinary('etcd', options());
    expect(await readdir(cache)).toEqual([await builtVersions()]);
  });

  test('happens once when two want the same program at the same time', async () => {
    await writeGo(`while [ ! -e ${folder}/two-are-here ]; do sleep 0.05; done`);
    const waiting = Promise.withResolvers<void>();
    const onProgress = (line: string) =>
      line.startsWith('waiting for process') ? waiting.resolve() : undefined;
    const finders = [
      findBinary('etcd', options({ onProgress })),
      findBinary('etcd', options({ onProgress })),
    ];
    await waiting.promise;
    await writeFile(join(folder, 'two-are-here'), '');
    expect(await Promise.all(finders)).toEqual([join(built, 'etcd'), join(built, 'etcd')]);
    expect(await goCalls()).toHaveLength(1);
  });

  test('ends with the process that asked for it, whose lock the next one takes over', async () => {
    await writeGo(`if [ ! -e ${folder}/go.pid ]; then echo $$ >${folder}/go.pid; sleep 600; fi`);
    const { env, release } = options();
    const script = `
      import { findBinary } from ${JSON.stringify(join(import.meta.dirname, 'binaries.ts'))};
      await findBinary('etcd', { release: ${JSON.stringify(release)} });`;
    const finder = spawn(process.execPath, ['--input-type=module', '-e', script], { env, stdio: 'ignore' });
    const pid = await eventually(async () => {
      const text = await readFile(join(folder, 'go.pid'), 'utf8');
      expect(text).toMatch(/^\d+\n$/);
      return Number(text);
    });
    finder.kill('SIGKILL');
    await eventually(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'));
    expect(await findBinary('etcd', options())).toBe(join(built, 'etcd'));
    await eventually(async () =>
      expect((await readdir(cache)).sort()).toEqual([
        await builtVersions(),
        `${await builtVersions()}.go-build`,
      ]),
    );
  });

  test('is aborted by the signal', async () => {
    await writeGo(`touch ${folder}/go-runs; exec sleep 600`);
    const abort = new AbortController();
    const found = findBinary('etcd', options({ signal: abort.signal }));
    await eventually(() => readFile(join(folder, 'go-runs')));
    abort.abort(new Error('changed our mind'));
    await expect(found).rejects.toThrow('changed our mind');
  });
});

describe('a program that no way gives', () => {
  test('is an error that names each way and what failed', async () => {
    await writeGo('echo "no space left on device" >&2; exit 1');
    const { message } = (await findBinary('etcd', options()).then(String, (error: Error) => error)) as Error;
    const [heading, ...problems] = message.split('\n');
    expect(heading).toBe('no way to get etcd worked:');
    expect(problems).toEqual([
      expect.stringMatching(/^- KUBEBUILDER_ASSETS: the variable.* is not set$/),
      `- cache: ${built} and ${join(cache, 'envtest-1.0.0')} hold no etcd that can be run`,
      expect.stringMatching(/^- download: http:\/\/127\.0\.0\.1:\d+\/envtest\.tar\.gz: HTTP 404$/),
      '- go build: go build ended with exit code 1:',
      'no space left on device',
    ]);
  });

  test('names a host that cannot be reached and a Go that is not installed', async () => {
    const unreachable = { url: 'http://127.0.0.1:1/envtest.tar.gz' };
    const env = { ...options().env, PATH: '/nonexistent', KUBEBUILDER_ASSETS: join(folder, 'absent') };
    const found = findBinary('etcd', { ...options({ release: unreachable }), env });
    const { message } = (await found.then(String, (error: Error) => error)) as Error;
    expect(message).toContain(
      `- KUBEBUILDER_ASSETS: ${join(folder, 'absent')} holds no etcd that can be run`,
    );
    expect(message).toContain('- download: http://127.0.0.1:1/envtest.tar.gz: connect ECONNREFUSED');
    expect(message).toContain(
      '- go build: cannot run go, version 1.26 or later (https://go.dev/dl): spawn go ENOENT',
    );
  });
});
