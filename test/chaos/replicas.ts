/** The replicas of the operator, each started again as soon as it has ended, as a kubelet does. */
import type { ProcessExit } from '../control-plane/supervised-folder.ts';
import type { OperatorPod } from '../e2e/operator-pod.ts';

/** How often a process ended, by how: the signal or the exit code. */
export type Ends = Readonly<Record<string, number>>;

const mostStarts = 2_000;

export class Replicas implements AsyncDisposable {
  readonly #pods: readonly OperatorPod[];
  readonly #ends: Record<string, number> = {};
  readonly #running: Promise<void>[];
  #starts = 0;
  #isStopping = false;

  /** @param pods not started yet; they end with this */
  constructor(pods: readonly OperatorPod[]) {
    this.#pods = pods;
    this.#running = pods.map((pod) => this.#keepRunning(pod));
  }

  get ends(): Ends {
    return { ...this.#ends };
  }

  get logFiles(): readonly string[] {
    return this.#pods.map(({ logFile }) => logFile);
  }

  /** Resolves when the process with this id has ended, at once if none of these has it. */
  async ended(pid: number): Promise<void> {
    await this.#pods.find((pod) => pod.pid === pid)?.ended();
  }

  /** The last end of each is one in order: SIGTERM. */
  async stop(): Promise<readonly (ProcessExit | undefined)[]> {
    this.#isStopping = true;
    const exits = await Promise.all(this.#pods.map((pod) => pod.stop()));
    await Promise.all(this.#running);
    return exits;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await Promise.all(this.#pods.map((pod) => pod[Symbol.asyncDispose]()));
  }

  async #keepRunning(pod: OperatorPod): Promise<void> {
    while (!this.#isStopping && this.#starts < mostStarts) {
      this.#starts += 1;
      // It may be killed before it is ready, and then the start fails.
      await pod.start().catch(() => undefined);
      const exit = await pod.ended();
      const how = exit?.signal ?? `exit code ${exit?.exitCode}`;
      if (!this.#isStopping) this.#ends[how] = (this.#ends[how] ?? 0) + 1;
    }
  }
}
