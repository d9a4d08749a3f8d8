/** Puts the parts of the server together; `core/main.ts` and the tests of whole requests both use it. */
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { AuditLog } from './audit/audit-log.ts';
import type { Catalogue } from './catalogue/types.ts';
import { compileValidators } from './catalogue/validation.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { DEMO_PASSWORD, demoSignIns } from './demo/sign-ins.ts';
import { BlobStore } from './files/blob-store.ts';
import { CardFiles } from './files/card-files.ts';
import { filesFolder, openShelf } from './files/shelf.ts';
import { DictionaryConstructor } from './forms/dictionary-constructor.ts';
import { FormConstructor } from './forms/form-constructor.ts';
import type { Services } from './http/services.ts';
import { AccountOffice } from './identity/account-office.ts';
import { Confirmation } from './identity/confirmation.ts';
import { Enablement } from './identity/enablement.ts';
import { Identity } from './identity/identity.ts';
import { Organisations } from './identity/organisations.ts';
import { OwnLogins } from './identity/own-logins.ts';
import { SecondFactor } from './identity/second-factor.ts';
import { Reports } from './reports/reports.ts';
import { Database } from './storage/database.ts';
import { Gateway } from './storage/gateway.ts';
import { appUrl } from './storage/migrate.ts';

export interface WiringOptions {
  config: Config;
  /** Connection of the database's owner; the login role works on the same server. */
  ownerUrl: string;
  catalogue: Catalogue;
  clock?: Clock;
  log?: FastifyBaseLogger;
  /** Connections to the database. Default 10. */
  poolSize?: number;
}

export interface Wired {
  services: Services;
  /** Ends connections and child processes; the HTTP server is closed before. */
  close(): Promise<void>;
}

export async function wireServices(options: WiringOptions): Promise<Wired> {
  const { config, catalogue } = options;
  const log: FastifyBaseLogger = options.log ?? pino({ level: config.logLevel });
  const clock = options.clock ?? systemClock(config.timeZone);
  const connectionString = appUrl(options.ownerUrl, config.secret);
  const database = new Database({
    connectionString,
    log,
    ...(options.poolSize ? { max: options.poolSize } : {}),
  });
  const validators = compileValidators(catalogue);
  const gateway = new Gateway({ database, catalogue, validators, secret: config.secret });
  const blobs = new BlobStore(filesFolder(config), await openShelf(config));
  const secondFactor = new SecondFactor({
    database,
    clock,
    secret: config.secret,
    roles: config.secondFactorRoles,
  });
  const identity = new Identity({ database, clock, session: config.session, secondFactor });
  const ownLogins = new OwnLogins({ database, clock, limits: config.session });
  const { confirmMinutes: minutes } = config.session;
  const confirmation = new Confirmation({ database, clock, passwords: identity.passwords, minutes });
  const roles = new Set(catalogue.roles.keys());
  const accounts = new AccountOffice({ database, gateway, clock, connectionString, roles });
  const audit = new AuditLog(database);
  const organisations = new Organisations(database);
  const enablement = new Enablement(database, catalogue);
  const forms = new FormConstructor(database, catalogue);
  const dictionaries = new DictionaryConstructor(database, catalogue);
  const reports = new Reports({ database, catalogue, audit, clock, timeZone: config.timeZone, log });
  const signInHints = config.demo ? await database.system(tx => demoSignIns(tx, catalogue)) : [];
  await identity.warmUp();
  return {
    services: {
      config,
      log,
      clock,
      catalogue,
      database,
      gateway,
      files: new CardFiles({ gateway, blobs }),
      identity,
      confirmation,
      secondFactor,
      ownLogins,
      accounts,
      organisations,
      enablement,
      forms,
      dictionaries,
      audit,
      reports,
      signInHints: signInHints.map(hint => ({ ...hint, password: DEMO_PASSWORD })),
    },
    close: async () => {
      await reports.close();
      await accounts.close();
      await database.close();
    },
  };
}
