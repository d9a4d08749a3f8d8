import { describe, expect, it } from 'vitest';
import { Problem } from '../problems.ts';
import { checkNewPassword, hashPassword, needsRehash, PasswordVault, verifyPassword } from './passwords.ts';

const cheap = { memory: 64, passes: 1, parallelism: 1 };

describe('passwords', () => {
  it('ID1 keeps an argon2id hash as PHC text that only its password opens', async () => {
    const phc = await hashPassword('верная лошадь батарея');
    expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$=]+\$[^$=]+$/);
    expect(await verifyPassword('верная лошадь батарея', phc)).toBe(true);
    expect(await verifyPassword('верная лошадь', phc)).toBe(false);
  });

  it('ID1 salts: two hashes of one password differ', async () => {
    expect(await hashPassword('a password', cheap)).not.toBe(await hashPassword('a password', cheap));
  });

  it('ID1 asks for a new hash when the parameters have grown', async () => {
    expect(needsRehash(await hashPassword('x', cheap))).toBe(true);
    expect(needsRehash(await hashPassword('x'))).toBe(false);
  });

  it('ID1 matches nothing against a text that is no hash', async () => {
    expect(await verifyPassword('x', '')).toBe(false);
    expect(await verifyPassword('x', '$argon2i$v=19$m=64,t=1,p=1$YQ$YQ')).toBe(false);
  });

  it.each(['short', 'qwerty123', 'kartoteka1!', 'secretary-2026', 'x'.repeat(129)])(
    'ID1 refuses the new password %s',
    password => {
      expect(() => checkNewPassword(password, 'secretary')).toThrow(Problem);
    },
  );

  it('ID1 accepts a long phrase without composition rules', () => {
    expect(() => checkNewPassword('кот спит на тёплой печи', 'secretary')).not.toThrow();
  });

  it('ID1 runs at most four hashes at once and refuses beyond its queue', async () => {
    const vault = new PasswordVault({ cost: cheap, running: 1, waiting: 1 });
    const results = await Promise.allSettled([vault.hash('one'), vault.hash('two'), vault.hash('three')]);
    expect(results.map(result => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(await vault.hash('four')).toContain('argon2id');
  });

  it('ID2 does the same work for an unknown login', async () => {
    const vault = new PasswordVault({ cost: { memory: 19_456, passes: 2, parallelism: 1 } });
    await vault.warmUp();
    const phc = await vault.hash('something long');
    const time = async (stored: string | undefined) => {
      const start = performance.now();
      expect(await vault.verify('wrong password', stored)).toBe(false);
      return performance.now() - start;
    };
    const known = Math.min(await time(phc), await time(phc), await time(phc));
    const unknown = Math.min(await time(undefined), await time(undefined), await time(undefined));
    expect(unknown).toBeGreaterThan(known / 4);
  });
});
