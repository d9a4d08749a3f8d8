import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../core/access/actor.ts';
import { AuditLog } from '../../core/audit/audit-log.ts';
import { compileValidators } from '../../core/catalogue/validation.ts';
import { searchRoutes } from '../../core/http/search.routes.ts';
import { Reports } from '../../core/reports/reports.ts';
import { Database } from '../../core/storage/database.ts';
import { Gateway } from '../../core/storage/gateway.ts';
import { appUrl } from '../../core/storage/migrate.ts';
import { testSecret } from '../support/database.ts';
import * as channels from './channels/index.ts';
import { anActor, roles, someGrants } from './grants.ts';
import { Chance } from './random.ts';
import { aWorld, kinds, type World } from './world.ts';

/** The same every time unless asked otherwise: `RIGHTS_SEED=7 RIGHTS_ROUNDS=200 npm test -- tests/rights`. */
const seed = Number(process.env.RIGHTS_SEED ?? 20_261_122);
const rounds = Number(process.env.RIGHTS_ROUNDS ?? 8);
/** Decisions that each channel must have been asked for. */
const least = 5_000;

/**
 * Row security stands under the gateway; here it is taken away, so that the statements alone must keep every actor
 * within the own organisations.
 */
class WithoutSeatBelt extends Database {
  override read: Database['read'] = (_scope, ...rest) => super.read(everything, ...rest);
  override scoped: Database['scoped'] = (_scope, ...rest) => super.scoped(everything, ...rest);
}
const everything = { organisationIds: [], everywhere: true };

let world: World;
let unbelted: Database;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  world = await aWorld(new Chance(seed));
  unbelted = new WithoutSeatBelt({ connectionString: appUrl(world.db.ownerUrl, testSecret), max: 2 });
  closing.push(() => unbelted.close());
});
afterAll(async () => {
  for (const close of closing) await close();
  await world.db.close();
});

/** Random grants, with a gateway, reports and a palette that live by them. */
function aRound(number: number) {
  const chance = new Chance(seed + number * 7_919);
  const grants = someGrants(world, chance);
  const catalogue = { ...world.installed, grants };
  const database = number % 2 === 0 ? unbelted : world.db.database;
  const gateway = new Gateway({
    database,
    catalogue,
    validators: compileValidators(catalogue),
    secret: testSecret,
  });
  const reports = new Reports({ database, catalogue, audit: new AuditLog(database) });
  closing.push(() => reports.close());
  return { chance, grants, gateway, reports, palette: paletteOf({ catalogue, gateway }) };
}

type Palette = channels.Setting['palette'];

/** The handler of the palette without a server around it. */
function paletteOf(services: object): Palette {
  let handler: ((request: object) => ReturnType<Palette>) | undefined;
  const app = {
    post: (_url: string, _options: object, given: (request: object) => ReturnType<Palette>) => {
      handler = given;
    },
  };
  searchRoutes(app as never, services as never);
  return (actor: Actor, q: string) =>
    handler?.({ actor, body: { q }, language: 'ru' }) as ReturnType<Palette>;
}

const asked: Record<string, { channel: channels.Channel; times: number }> = {
  list: { channel: channels.list, times: 1 },
  card: { channel: channels.card, times: 4 },
  search: { channel: channels.search, times: 1 },
  filter: { channel: channels.filter, times: 2 },
  sort: { channel: channels.sort, times: 1 },
  group: { channel: channels.group, times: 1 },
  history: { channel: channels.history, times: 4 },
  export: { channel: channels.exported, times: 1 },
  report: { channel: channels.report, times: 1 },
  palette: { channel: channels.palette, times: 0.2 },
};

describe('rights by brute force', () => {
  test.for(Object.keys(asked))(
    'AZ1 AZ2 AZ3 G3 %s shows what the grants open and nothing else',
    { timeout: 300_000 },
    async name => {
      const { channel, times } = asked[name] as { channel: channels.Channel; times: number };
      let decisions = 0;
      let questions = 0;
      for (let number = 1; number <= rounds; number += 1) {
        const round = aRound(number);
        // Channels do not depend on each other's chance.
        const chance = new Chance(seed + number * 104_729 + Object.keys(asked).indexOf(name));
        for (const role of roles)
          for (const [place, kind] of kinds.entries()) {
            const actor = anActor(world, role, chance);
            const here = times < 1 ? (place % Math.round(1 / times) === 0 ? 1 : 0) : times;
            for (let time = 0; time < here; time += 1) {
              const again = `RIGHTS_SEED=${seed} round ${number} ${name}`;
              decisions += await channel({ ...round, world, chance, actor, kind, again });
              questions += 1;
            }
          }
      }
      console.log(
        `rights by brute force: ${name}: ${decisions} decisions in ${questions} questions, seed ${seed}`,
      );
      expect(decisions).toBeGreaterThanOrEqual(least);
    },
  );
});
