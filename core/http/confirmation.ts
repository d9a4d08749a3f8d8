import type { FastifyRequest } from 'fastify';
import { cookieName } from './cookies.ts';
import type { Services } from './services.ts';

/**
 * For acts that ask for the password again (ID12). Comes after the check of the right: nobody types a password to
 * learn that they may not.
 *
 * @throws Problem CONFIRM_REQUIRED (403)
 */
export const requireConfirmed = (
  { config, confirmation }: Services,
  request: FastifyRequest,
): Promise<void> => confirmation.require(request.cookies[cookieName(config.secureCookies)]);
