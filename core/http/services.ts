/** Everything a route may use, wired by hand in `core/main.ts`; nothing of the server is global. */
import type { FastifyBaseLogger } from 'fastify';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Catalogue } from '../catalogue/types.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { CardFiles } from '../files/card-files.ts';
import type { DictionaryConstructor } from '../forms/dictionary-constructor.ts';
import type { FormConstructor } from '../forms/form-constructor.ts';
import type { AccountOffice } from '../identity/account-office.ts';
import type { Confirmation } from '../identity/confirmation.ts';
import type { Enablement } from '../identity/enablement.ts';
import type { Identity } from '../identity/identity.ts';
import type { Organisations } from '../identity/organisations.ts';
import type { OwnLogins } from '../identity/own-logins.ts';
import type { SecondFactor } from '../identity/second-factor.ts';
import type { Reports } from '../reports/reports.ts';
import type { Database } from '../storage/database.ts';
import type { Gateway } from '../storage/gateway.ts';
import type { LoopDelay, Marks } from './overload.ts';

export interface Services {
  config: Config;
  log: FastifyBaseLogger;
  clock: Clock;
  catalogue: Catalogue;
  database: Database;
  gateway: Gateway;
  files: CardFiles;
  identity: Identity;
  confirmation: Confirmation;
  secondFactor: SecondFactor;
  ownLogins: OwnLogins;
  accounts: AccountOffice;
  organisations: Organisations;
  enablement: Enablement;
  forms: FormConstructor;
  dictionaries: DictionaryConstructor;
  audit: AuditLog;
  reports: Reports;
  /** Demo sign-ins shown on the sign-in screen; empty without demo data. */
  signInHints: readonly SignInHint[];
}

/** One sign-in of the demo region. */
export interface SignInHint {
  login: string;
  /** Code of the role, and its Russian title. */
  role: string;
  roleTitle: string;
  organisation: string;
  /** The one password of the demo region; never of anything else. */
  password?: string;
}

/** What differs between the server, the development server and tests. */
export interface HttpOptions {
  /** Folder of the built UI. Default `dist/ui` of the checkout; without an index.html the API runs alone. */
  uiFolder?: string;
  /** Origins beside our own that may write: the development server. */
  allowedOrigins?: readonly string[];
  /** Of one address; a whole school may stand behind one. Default 6,000. */
  requestsPerMinute?: number;
  /** When new work is turned away. Default: see overload.ts. */
  marks?: Marks;
  loopDelay?: LoopDelay;
}
