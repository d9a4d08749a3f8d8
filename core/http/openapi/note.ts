/**
 * What a route says of itself for the document of the interface, beside the schemas it checks by.
 *
 * It stands in the route's `config.api`, so a route and its description are one thing. English, for programmers.
 */
import type { JsonSchema } from '../../catalogue/types.ts';

export interface ApiNote {
  /** One sentence, without a full stop. */
  summary: string;
  /** Heading the route stands under: `cards`, `reports`. */
  tag: string;
  /** What may be answered beside a problem, by status. */
  answers: Record<number, ApiAnswer>;
  /** Request headers that steer the route. */
  headers?: readonly ('If-Match' | 'Idempotency-Key')[];
  /** Schema of the body where the route leaves the checking to the card. */
  body?: JsonSchema;
  /** Media type of the body. Default `application/json`. */
  bodyMedia?: string;
  /** The route is described once for each kind of card; its shapes are those of `card`. */
  perCard?: boolean;
}

export interface ApiAnswer {
  description: string;
  /** Absent: no body, or a file. */
  schema?: JsonSchema;
  /** Media types. Default `application/json` with a schema. */
  media?: readonly string[];
  headers?: readonly ('ETag' | 'Location' | 'Set-Cookie' | 'Content-Disposition' | 'Retry-After')[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    api?: ApiNote;
  }
}

/** A shape of `shapes.ts`, or one of a card (`card`, see `cards.ts`), by name. */
export const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** `{ 200: … }` with one JSON shape. */
export const json = (name: string, description = 'Answered') => ({
  200: { description, schema: ref(name) } satisfies ApiAnswer,
});

/** `{ items: [ … ] }` of one shape. */
export const items = (name: string, description = 'Answered') => ({
  200: {
    description,
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['items'],
      properties: { items: { type: 'array', items: ref(name) } },
    },
  } satisfies ApiAnswer,
});

export const empty = (description: string) => ({ 204: { description } satisfies ApiAnswer });
