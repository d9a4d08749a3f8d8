/**
 * The one door from the screens to the server: adds the session's tokens, turns problem answers into
 * `ApiProblem`, and lets a request wait while the reader signs in again or confirms the password, so that nothing
 * typed is lost.
 */
import type { FieldProblem } from '../../core/problems.ts';

export interface ApiOptions {
  /** Sent as JSON, unless it is a Blob or FormData. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** Appointment to act under; default: the one named by the page's address. */
  appointment?: string;
  /** Refuse at once instead of asking the reader to sign in again or to confirm the password; default false. */
  quiet?: boolean;
}

/** A refusal of the server (problem+json), or `status` 0 when it could not be reached. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: FieldProblem[];
  /** Further members of the answer: `current` of STALE, `candidates` of PERSON_EXISTS, `requestId` … */
  readonly members: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>) {
    const text = (key: string, otherwise: string) =>
      typeof body[key] === 'string' ? (body[key] as string) : otherwise;
    super(text('detail', text('title', `HTTP ${status}`)));
    this.status = status;
    this.code = text('code', status === 0 ? 'NETWORK' : `HTTP_${status}`);
    this.title = text('title', '');
    this.detail = text('detail', '');
    this.errors = Array.isArray(body.errors) ? (body.errors as FieldProblem[]) : [];
    this.members = body;
  }
}

/** What every request of this window carries; set by the session and the address, read at the time of sending. */
const context = { appointment: '', csrf: '', language: 'ru' };
let whenSignedOut: (() => Promise<boolean>) | undefined;
let whenUnconfirmed: (() => Promise<boolean>) | undefined;

export const apiContext = {
  setAppointment: (id: string) => {
    context.appointment = id;
  },
  setCsrf: (token: string) => {
    context.csrf = token;
  },
  setLanguage: (language: string) => {
    context.language = language;
  },
  /** Asks the reader to sign in again; true when the request may be repeated. */
  onSignedOut: (ask: () => Promise<boolean>) => {
    whenSignedOut = ask;
  },
  /** Asks for the password before an act that wants it anew; true when the request may be repeated. */
  onUnconfirmed: (ask: () => Promise<boolean>) => {
    whenUnconfirmed = ask;
  },
};

/** Headers of a request that is not sent by `fetch`. */
export const apiHeaders = (method: string, options: ApiOptions): Headers => headersOf(method, options);

function headersOf(method: string, options: ApiOptions): Headers {
  const headers = new Headers({ Accept: 'application/json', 'Accept-Language': context.language });
  const appointment = options.appointment ?? context.appointment;
  if (appointment) headers.set('Kartoteka-Appointment', appointment);
  if (method !== 'GET' && context.csrf) headers.set('X-CSRF-Token', context.csrf);
  if (options.body !== undefined && !isRawBody(options.body)) headers.set('Content-Type', 'application/json');
  for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
  return headers;
}

const isRawBody = (body: unknown): body is Blob | FormData =>
  body instanceof Blob || body instanceof FormData;

async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => ({}));
  return new ApiProblem(response.status, (body ?? {}) as Record<string, unknown>);
}

async function once(method: string, path: string, options: ApiOptions): Promise<Response> {
  const { body } = options;
  try {
    return await fetch(path, {
      method,
      headers: headersOf(method, options),
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: isRawBody(body) ? body : JSON.stringify(body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiProblem(0, {});
  }
}

/** The answer itself, for blobs and ETags. Throws `ApiProblem` for every status from 400 up. */
async function raw(method: string, path: string, options: ApiOptions = {}): Promise<Response> {
  let response = await once(method, path, options);
  if (response.status === 401 && !options.quiet && whenSignedOut && (await whenSignedOut())) {
    response = await once(method, path, options);
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.code !== 'CONFIRM_REQUIRED' || options.quiet || !(await whenUnconfirmed?.())) throw problem;
  response = await once(method, path, options);
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function json<T>(method: string, path: string, options?: ApiOptions): Promise<T> {
  const response = await raw(method, path, options);
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const api = {
  get: <T>(path: string, options?: ApiOptions) => json<T>('GET', path, options),
  post: <T>(path: string, options?: ApiOptions) => json<T>('POST', path, options),
  patch: <T>(path: string, options?: ApiOptions) => json<T>('PATCH', path, options),
  put: <T>(path: string, options?: ApiOptions) => json<T>('PUT', path, options),
  delete: <T = void>(path: string, options?: ApiOptions) => json<T>('DELETE', path, options),
  raw,
};
