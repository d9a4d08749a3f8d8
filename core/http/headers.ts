/**
 * Security headers of every answer (HT1), also of those that fastify gives before any hook runs.
 *
 * One function of our own rather than a plugin, because the same set must stand on answers to broken requests,
 * which pass no hook.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';

/** Value put in place of `__NONCE__` in the UI's page and named by the policy of the same answer. */
export function newNonce(): string {
  return randomBytes(18).toString('base64url');
}

/** Nothing inline but styles that carry the nonce: component libraries write `<style>` elements. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'none'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "frame-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Answers of the API are data: nothing in them may load or run anything. */
export const API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

export function securityHeaders(tls: boolean): Record<string, string> {
  return {
    'content-security-policy': API_POLICY,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-dns-prefetch-control': 'off',
    'x-permitted-cross-domain-policies': 'none',
    ...(tls ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  };
}

export function applyHeaders(reply: FastifyReply, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
}

/** Answer to bytes that are no HTTP request at all, written to the bare socket. */
export function malformedAnswer(headers: Record<string, string>): string {
  const body = JSON.stringify({
    type: 'urn:kartoteka:problem:request-invalid',
    title: 'Запрос не понят',
    status: 400,
    detail: 'Запрос составлен неверно',
    code: 'REQUEST_INVALID',
  });
  const lines = Object.entries({
    ...headers,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`);
  return `HTTP/1.1 400 Bad Request\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}
