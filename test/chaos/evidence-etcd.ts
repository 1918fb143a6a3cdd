/** Reads the EdgeAppVersions where they are kept: in etcd, past kube-apiserver, through etcd's JSON gateway. */
import { request } from 'undici';
import { group } from '../../src/api/group.ts';
import { type EdgeAppVersion, plural } from '../../src/kinds/edge-app-version/edge-app-version.ts';

interface Range {
  readonly header: { readonly revision: string };
  readonly kvs?: readonly { readonly key: string; readonly value: string; readonly mod_revision: string }[];
  readonly more?: boolean;
}

/** Where kube-apiserver keeps the objects of a custom resource, as JSON. */
const prefix = `/registry/${group}/${plural}/`;
/** The first key behind all that begin with the prefix. */
const rangeEnd = `${prefix.slice(0, -1)}0`;
const pageSize = 500;

/** All of them at one revision, without managedFields; `resourceVersion` is the revision of the last change. */
export async function readEdgeAppVersions(etcdUrl: string): Promise<readonly EdgeAppVersion[]> {
  const objects: EdgeAppVersion[] = [];
  let [key, revision, hasMore] = [toBase64(prefix), '0', true];
  while (hasMore) {
    const page = await readRange(etcdUrl, { key, revision });
    const entries = page.kvs ?? [];
    objects.push(...entries.map(({ value, mod_revision }) => toObject(value, mod_revision)));
    revision = page.header.revision;
    hasMore = page.more === true;
    key = toBase64(`${Buffer.from(entries.at(-1)?.key ?? '', 'base64')}\0`);
  }
  return objects;
}

async function readRange(etcdUrl: string, from: { key: string; revision: string }): Promise<Range> {
  const url = `${etcdUrl}/v3/kv/range`;
  const body = JSON.stringify({ ...from, range_end: toBase64(rangeEnd), limit: pageSize });
  const answer = await request(url, { method: 'POST', body });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`POST ${url}: HTTP ${answer.statusCode}: ${text}`);
  return JSON.parse(text);
}

function toObject(value: string, resourceVersion: string): EdgeAppVersion {
  const object = JSON.parse(Buffer.from(value, 'base64').toString());
  const { managedFields: _written, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, resourceVersion } };
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
