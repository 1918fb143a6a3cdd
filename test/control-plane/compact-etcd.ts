import { request } from 'undici';

/**
 * Makes etcd, through its JSON gateway, forget every revision before now. It writes a key outside of Kubernetes' own
 * first: at the revision of the last change itself kube-apiserver would answer a watch with a 500 instead of a 410.
 */
export async function compactEtcd(etcdUrl: string): Promise<void> {
  const marker = { key: Buffer.from('compaction').toString('base64') };
  const { header } = (await post(`${etcdUrl}/v3/kv/put`, marker)) as { header: { revision: string } };
  await post(`${etcdUrl}/v3/kv/compaction`, { revision: header.revision, physical: true });
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await request(url, { method: 'POST', body: JSON.stringify(body) });
  const text = await response.body.text();
  if (response.statusCode !== 200) throw new Error(`POST ${url}: HTTP ${response.statusCode}: ${text}`);
  return JSON.parse(text);
}
