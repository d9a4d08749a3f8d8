/** Everything a route may use, wired by hand in `core/main.ts`; nothing of the server is global. */
import type { FastifyBaseLogger } from 'fastify';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Catalogue } from '../catalogue/types.ts';
import type { Clock } from '../clock.ts';
import type { Identity } from '../identity/identity.ts';
import type { Reports } from '../reports/reports.ts';
import type { Database } from '../storage/database.ts';
import type { Gateway } from '../storage/gateway.ts';

/** The part of the configuration that HTTP and identity read. */
export interface HttpSettings {
  /** Name printed on files and documents (S001-4.5). */
  systemName: string;
  version: string;
  /** True behind TLS: `__Host-` cookies with Secure, and HSTS. */
  secureCookies: boolean;
  /** Origins other than the Host of the request that may write: the development server. */
  allowedOrigins: readonly string[];
  /** Addresses of proxies whose forwarded headers count; empty: none. */
  trustedProxies: readonly string[];
  /** Folder of the built UI; absent: API only. */
  uiFolder?: string;
  /** Demo region loaded: its sign-ins are shown on the sign-in screen. */
  demo: boolean;
  /** Folder the plugins stand in; cut off paths shown to people. */
  pluginFolders: readonly string[];
  session: { idleMinutes: number; absoluteHours: number };
  /** Requests per minute of one session, or of one address without a session. */
  requestsPerMinute: number;
}

/** One sign-in of the demo region, shown on the sign-in screen. */
export interface SignInHint {
  login: string;
  roleTitle: string;
  organisation: string;
}

export interface Services {
  settings: HttpSettings;
  log: FastifyBaseLogger;
  clock: Clock;
  catalogue: Catalogue;
  database: Database;
  gateway: Gateway;
  identity: Identity;
  audit: AuditLog;
  reports: Reports;
  /** Ready for work: database, migrations, sandbox. Cached by the caller of `/readyz` for a second. */
  ready(): Promise<Record<string, boolean>>;
}
