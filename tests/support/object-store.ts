/**
 * A small S3-compatible store on loopback: put, get, delete and list of one bucket in memory. It checks signatures
 * (AWS Signature Version 4) by itself and refuses what a real store would refuse.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ObjectStore } from '../../core/config.ts';

export interface TestObjectStore {
  settings: ObjectStore;
  objects: Map<string, { bytes: Buffer; at: Date }>;
  /** Answers everything with 500 while true. */
  broken: boolean;
  /** How many objects a page of a list holds. */
  pageSize: number;
  close(): Promise<void>;
}

export async function anObjectStore(): Promise<TestObjectStore> {
  const store: TestObjectStore = {
    settings: {
      endpoint: '',
      bucket: 'kartoteka',
      region: 'ru-test-1',
      key: 'key',
      secret: 'secret of the store',
    },
    objects: new Map(),
    broken: false,
    pageSize: 2,
    close: () => new Promise(resolve => server.close(() => resolve())),
  };
  const server = createServer((request, response) => void answer(store, request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  store.settings.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return store;
}

async function answer(
  store: TestObjectStore,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const url = new URL(request.url ?? '/', 'http://store');
  const [, bucket, ...rest] = decodeURIComponent(url.pathname).split('/');
  const key = rest.join('/');
  if (store.broken) return refuse(response, 500, 'InternalError');
  if (!isSigned(store.settings, request, url, bytes)) return refuse(response, 403, 'SignatureDoesNotMatch');
  if (bucket !== store.settings.bucket) return refuse(response, 404, 'NoSuchBucket');
  const object = store.objects.get(key);
  if (request.method === 'PUT') {
    if (Number(request.headers['content-length']) !== bytes.length)
      return refuse(response, 411, 'MissingContentLength');
    store.objects.set(key, { bytes, at: new Date() });
    response.end();
  } else if (request.method === 'DELETE') {
    store.objects.delete(key);
    response.writeHead(204).end();
  } else if (request.method === 'GET' && key === '') listObjects(store, url, response);
  else if (object) response.writeHead(200, { 'content-length': object.bytes.length }).end(object.bytes);
  else refuse(response, 404, 'NoSuchKey');
}

function listObjects(store: TestObjectStore, url: URL, response: ServerResponse): void {
  const after = url.searchParams.get('continuation-token') ?? '';
  const prefix = url.searchParams.get('prefix') ?? '';
  const keys = [...store.objects.keys()].filter(key => key.startsWith(prefix) && key > after).sort();
  const page = keys.slice(0, store.pageSize);
  const more = keys.length > page.length;
  const contents = page.map(key => {
    const { bytes, at } = store.objects.get(key) as { bytes: Buffer; at: Date };
    return `<Contents><Key>${key}</Key><LastModified>${at.toISOString()}</LastModified><Size>${bytes.length}</Size></Contents>`;
  });
  const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  response
    .writeHead(200, { 'content-type': 'application/xml' })
    .end(
      `<?xml version="1.0"?><ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
    );
}

const refuse = (response: ServerResponse, status: number, code: string): void => {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
};

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();

function isSigned(settings: ObjectStore, request: IncomingMessage, url: URL, bytes: Buffer): boolean {
  const [, credential = '', signed = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)$/.exec(
      request.headers.authorization ?? '',
    ) ?? [];
  const [key, day = '', region = '', service = '', end = ''] = credential.split('/');
  const payload = String(request.headers['x-amz-content-sha256']);
  if (key !== settings.key || region !== settings.region || service !== 's3') return false;
  if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(bytes)) return false;
  const query = [...url.searchParams]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&');
  const headers = signed.split(';').map(name => `${name}:${String(request.headers[name]).trim()}\n`);
  const canonical = [request.method, url.pathname, query, headers.join(''), signed, payload].join('\n');
  const toSign = [
    'AWS4-HMAC-SHA256',
    request.headers['x-amz-date'],
    `${day}/${region}/${service}/${end}`,
    sha256(canonical),
  ];
  const signingKey = [region, service, end].reduce<Buffer>(hmac, hmac(`AWS4${settings.secret}`, day));
  return hmac(signingKey, toSign.join('\n')).toString('hex') === signature;
}
