/** An emulated cloud with versions of other people in it, and a probe of it on a clock that jumps. */

import { randomUUID } from 'node:crypto';
import type { Send } from '../../src/cloud/call.ts';
import { sendFor } from '../../src/cloud/esa-client.ts';
import { createVersion } from '../../src/cloud/operations/create-version.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/emulator.ts';
import { environmentCredentials } from '../../src/esa/credentials.ts';
import { createEsaClient } from '../../src/esa/esa-client.ts';
import { systemClock, systemRandom } from '../../src/operator/system-clock.ts';
import { type Answered, Probe, type ProbeReport } from '../../src/probe/probe.ts';
import type { Question } from '../../src/probe/question.ts';
import { allQuestions } from '../../src/probe/questions.ts';
import { smallContainer } from '../../src/probe/small-container.ts';
import { keys } from '../esa/connect.ts';
import { JumpingClock } from './jumping-clock.ts';

export const appId = 'app-880688675783790001';
export const goodImage = 'registry.example.com/team/web:1.4.2';

/** Each has something of a version of the probe, and none is one. */
const others = [
  { name: 'shop-1.4.2', remarks: '[k8s owner=prod/shop/shop-1-4-2 spec=v1:0123456789ab]' },
  { name: 'edgeapp-probe-0123abcd-twin', remarks: 'made by hand' },
  { name: 'another-name', remarks: '[edgeapp-probe run=0123abcd]' },
  { name: 'edgeapp-probe-0123abcd-other', remarks: '[edgeapp-probe run=ffffffff]' },
  { name: 'edgeapp-probe-0123abcd-late', remarks: 'text before [edgeapp-probe run=0123abcd]' },
];

export class ProbeWorld implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly clock: JumpingClock;
  readonly send: Send;
  readonly probe: Probe;
  readonly stop = new AbortController();
  readonly progress: string[] = [];

  private constructor(parts: {
    emulator: Emulator;
    clock: JumpingClock;
    send: Send;
    probe: (world: ProbeWorld) => Probe;
  }) {
    this.emulator = parts.emulator;
    this.clock = parts.clock;
    this.send = parts.send;
    this.probe = parts.probe(this);
  }

  static async start({
    ids,
    more = [],
    image = goodImage,
    failingImage,
    ...options
  }: WorldOptions = {}): Promise<ProbeWorld> {
    // Signatures carry the real time, and the cloud takes them for a quarter of an hour before and after its own.
    const clock = new JumpingClock(Date.now() - 14 * 60_000);
    const accessKeys = { [keys.accessKeyId]: { secret: keys.accessKeySecret } };
    const emulator = await startEmulator({
      apps: [appId],
      accessKeys,
      now: () => clock.wallMs(),
      ...options,
    });
    const send = sendFor(clientOf(emulator, {}), '');
    const sendHangingUp = sendFor(clientOf(emulator, { hangsUp: true }), '');
    for (const { name, remarks } of others) await create(send, name, remarks);
    await clock.sleep(options.listDelayMs ?? 0);
    emulator.clearCalls();
    const asked = ids === undefined ? allQuestions : allQuestions.filter(({ id }) => ids.includes(id));
    const questions = [...asked, ...more];
    const probe = (world: ProbeWorld) =>
      new Probe({
        ...{
          appId,
          image,
          failingImage: failingImage ?? 'build-fails:1',
          questions,
          clock,
        },
        send,
        sendHangingUp,
        random: systemRandom,
        signal: world.stop.signal,
        onProgress: (line) => world.progress.push(line),
      });
    return new ProbeWorld({ emulator, clock, send, probe });
  }

  async run(): Promise<ProbeReport> {
    return this.probe.run(await this.probe.survey());
  }

  /** The answer to the only question. */
  async ask(): Promise<Answered> {
    const { answers } = await this.run();
    return answers.at(-1) as Answered;
  }

  nameOf(label: string): string {
    return `edgeapp-probe-${this.probe.runId}-${label}`;
  }

  /** As by an earlier run that was killed. */
  async leaveBehind(label: string): Promise<string> {
    return create(this.send, `edgeapp-probe-0123abcd-${label}`, '[edgeapp-probe run=0123abcd]');
  }

  /** The names of all versions that are there, but for those of other people. */
  strays(): string[] {
    const names = this.emulator.versions(appId).map(({ name }) => name);
    const theirs = others.map(({ name }) => name);
    if (theirs.some((name) => !names.includes(name)))
      throw new Error(`a version of others is gone: ${names}`);
    return names.filter((name) => !theirs.includes(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.emulator.stop();
  }
}

export interface WorldOptions extends EmulatorOptions {
  /** Of the questions; absent: all. */
  readonly ids?: readonly string[];
  /** Asked after those. */
  readonly more?: readonly Question[];
  readonly image?: string;
  readonly failingImage?: string;
}

function clientOf({ url }: Emulator, options: { readonly hangsUp?: boolean }) {
  const credentials = environmentCredentials(keys);
  return createEsaClient({
    endpoint: new URL(url),
    callTimeoutMs: 30_000,
    clock: systemClock,
    credentials,
    ...options,
  });
}

async function create(send: Send, Name: string, Remarks: string): Promise<string> {
  const request = { AppId: appId, Name, Remarks, Containers: [smallContainer(goodImage)] };
  return (await send(createVersion(request, randomUUID()))).versionId;
}
