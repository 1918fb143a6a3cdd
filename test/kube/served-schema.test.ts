import { expect, it } from 'vitest';
import { ServedSchema } from '../../src/kube/served-schema.ts';
import { KubeSession } from './kube-session.ts';
import { json, RawApiServer, refusal } from './raw-api-server.ts';
import { widgets } from './widget.ts';

const { group, kind } = widgets;
const kinds = [{ group, kind }];
const withSchema = (schema: unknown) => ({ components: { schemas: { Widget: schema } } });
const withStatus = (...fields: readonly string[]) => {
  const status = { properties: Object.fromEntries(fields.map((field) => [field, {}])) };
  return json(200, withSchema({ properties: { status }, 'x-kubernetes-group-version-kind': kinds }));
};

it.each([
  null,
  withSchema(null),
  withSchema({ 'x-kubernetes-group-version-kind': {} }),
  withSchema({ 'x-kubernetes-group-version-kind': [null] }),
  withSchema({ 'x-kubernetes-group-version-kind': kinds, properties: { status: null } }),
])('A served schema of no known form is one that could not be read: %j', async (body) => {
  await using server = await RawApiServer.start((response) => response.end(JSON.stringify(body)));
  await using session = new KubeSession(server.kubeConfig());
  const { transport, log } = session;
  const schema = new ServedSchema({ transport, resource: widgets, needed: ['status.id'], logger: log });
  await schema.check();
  expect(schema.missing).toEqual([]);
  expect(log.messages('info')).toContain('Could not read the served schema');
});

it('tells when fields that were missing are there again, once for each time', async () => {
  await using server = await RawApiServer.start(withStatus('phase', 'count'));
  await using session = new KubeSession(server.kubeConfig());
  const { transport, log } = session;
  let completed = 0;
  const onComplete = () => {
    completed += 1;
  };
  const needed = ['status.phase', 'status.count'];
  const schema = new ServedSchema({ transport, resource: widgets, needed, logger: log, onComplete });
  const told: [missing: readonly string[], completed: number][] = [];
  const old = withStatus('phase');
  for (const answer of [withStatus('phase', 'count'), old, refusal(403, 'Forbidden'), old]) {
    server.answerWith(answer);
    await schema.check();
    told.push([schema.missing, completed]);
  }
  expect(told).toEqual([
    [[], 0],
    [['status.count'], 0],
    [['status.count'], 0],
    [['status.count'], 0],
  ]);
  server.answerWith(withStatus('phase', 'count'));
  await schema.check();
  await schema.check();
  expect([schema.missing, completed]).toEqual([[], 1]);
});
