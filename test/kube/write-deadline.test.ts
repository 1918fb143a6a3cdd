import { expect, it, vi } from 'vitest';
import { createObjectClient } from '../../src/kube/object-client.ts';
import { createTransport } from '../../src/kube/transport.ts';
import { systemRandom } from '../../src/operator/system-clock.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { LogRecorder } from './log-recorder.ts';
import { RawApiServer } from './raw-api-server.ts';
import { type Widget, widgets } from './widget.ts';

const metadata = { name: 'a', namespace: 'default', uid: 'u', resourceVersion: '1' };
const widget: Widget = { apiVersion: 'test.example.com/v1', kind: 'Widget', metadata, spec: { size: 1 } };

it.each([
  { title: 'the whole status', write: 'replaceStatus', args: [widget, {}] },
  { title: 'a patch of the status', write: 'patchStatus', args: [metadata, []] },
  { title: 'the finalizers', write: 'setFinalizers', args: [widget, []] },
] as const)('a write of $title that a webhook holds up is given up after 12 s', async ({ write, args }) => {
  await using server = await RawApiServer.start(() => {});
  const clock = new VirtualClock();
  const options = { connections: 1, clock, random: systemRandom, logger: new LogRecorder() };
  const transport = createTransport(server.kubeConfig(), options);
  const client = createObjectClient<Widget>({ transport, resource: widgets });
  const ended = vi.fn();
  const call = (client[write] as (...of: unknown[]) => Promise<unknown>)(...args).catch(ended);
  await server.received(1);
  await clock.advance(11_999);
  expect(ended).not.toHaveBeenCalled();
  await clock.advance(1);
  await call;
  expect(ended).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'DeadlineExceeded' }));
  await transport.close();
});
