import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface KubectlOptions {
  /** Path; the admin's where absent. */
  readonly kubeconfig?: string;
  /** What it reads from standard input, for `-f -`. */
  readonly input?: string;
  /** Ends kubectl when aborted. */
  readonly signal?: AbortSignal;
  /** Gives the result back whatever the exit code is. */
  readonly tolerate?: boolean;
}

export interface KubectlResult {
  readonly stdout: string;
  readonly stderr: string;
  /** 128 or more where a signal ended it. */
  readonly exitCode: number;
}

export class KubectlError extends Error implements KubectlResult {
  override readonly name = 'KubectlError';
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;

  constructor(args: readonly string[], { stdout, stderr, exitCode }: KubectlResult) {
    super(`kubectl ${args.join(' ')} ended with exit code ${exitCode}:\n${stderr}${stdout}`);
    this.stdout = stdout;
    this.stderr = stderr;
    this.exitCode = exitCode;
  }
}

/** Runs kubectl with `home` as its home folder, so that no setting or cache of the user's takes part. */
export async function runKubectl(
  command: string,
  home: string,
  args: readonly string[],
  options: KubectlOptions & { readonly kubeconfig: string },
): Promise<KubectlResult> {
  const { kubeconfig, input = '', signal, tolerate = false } = options;
  const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: kubeconfig };
  const kubectl = spawn(command, args, { env, ...(signal && { signal }) });
  kubectl.stdin.on('error', () => undefined).end(input);
  const exit = new Promise<number>((resolve, reject) => {
    kubectl.once('error', reject);
    kubectl.once('close', (code) => resolve(code ?? 128));
  });
  const [stdout, stderr, exitCode] = await Promise.all([text(kubectl.stdout), text(kubectl.stderr), exit]);
  const result = { stdout, stderr, exitCode };
  if (exitCode !== 0 && !tolerate) throw new KubectlError(args, result);
  return result;
}
