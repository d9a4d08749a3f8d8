/** Reading of request bodies: JSON in UTF-8, not compressed, at most 1 MiB, by our own strict reader (SC7, HT2). */
import type { FastifyInstance } from 'fastify';
import { Problem } from '../problems.ts';
import { parseJson } from './json.ts';

export const BODY_LIMIT_BYTES = 1_048_576;

const encodingProblem = () =>
  new Problem('BODY_ENCODING', 415, 'Запрос не понят', 'Тело запроса должно быть в UTF-8 и без сжатия');

export function readJsonBodies(app: FastifyInstance): void {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES },
    (_request, body, done) => {
      try {
        done(null, parseJson(decode(utf8, body as Buffer)));
      } catch (error) {
        done(error as Error);
      }
    },
  );
  app.addHook('preParsing', async request => {
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') throw encodingProblem();
  });
}

function decode(utf8: TextDecoder, body: Buffer): string {
  if (body.length === 0) throw new Problem('BODY_EMPTY', 400, 'Запрос не понят', 'Тело запроса пусто');
  try {
    return utf8.decode(body);
  } catch (cause) {
    throw new Problem(
      'BODY_ENCODING',
      400,
      'Запрос не понят',
      'Тело запроса должно быть в UTF-8 и без сжатия',
      {
        cause,
      },
    );
  }
}
