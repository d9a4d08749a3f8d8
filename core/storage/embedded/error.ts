/** Our PostgreSQL cannot be run here; the message says in Russian what is wrong and what to do. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
}
