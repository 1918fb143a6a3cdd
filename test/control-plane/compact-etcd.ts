import { request } from 'undici';

/** Forgets every revision before the current one, as etcd's JSON gateway offers it. */
export async function compactEtcd(etcdUrl: string): Promise<void> {
  const { header } = (await post(`${etcdUrl}/v3/maintenance/status`, {})) as { header: { revision: string } };
  await post(`${etcdUrl}/v3/kv/compaction`, { revision: header.revision, physical: true });
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await request(url, { method: 'POST', body: JSON.stringify(body) });
  const text = await response.body.text();
  if (response.statusCode !== 200) throw new Error(`POST ${url}: HTTP ${response.statusCode}: ${text}`);
  return JSON.parse(text);
}
