import type { FastifyRequest } from 'fastify';

/** Version the client has seen, without quotes; absent where none was sent. A weak tag or a star matches none. */
export function sentVersion(request: FastifyRequest): string | undefined {
  const given = request.headers['if-match'];
  return given ? (/^"([^"]*)"$/.exec(given.trim())?.[1] ?? given.trim()) : undefined;
}
