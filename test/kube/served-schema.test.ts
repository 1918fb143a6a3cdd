import { expect, it } from 'vitest';
import { ServedSchema } from '../../src/kube/served-schema.ts';
import { KubeSession } from './kube-session.ts';
import { RawApiServer } from './raw-api-server.ts';
import { widgets } from './widget.ts';

const kinds = [{ group: widgets.group, kind: widgets.kind }];
const withSchema = (schema: unknown) => ({ components: { schemas: { Widget: schema } } });

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
