import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import en from './en.json' with { type: 'json' };
import ru from './ru.json' with { type: 'json' };

const folder = new URL('..', import.meta.url).pathname;
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(file => /\.tsx?$/.test(file) && !file.includes('.test.') && !/^(forms|screens\/card)\//.test(file))
  .map(file => readFileSync(join(folder, file), 'utf8'));
const base = (key: string) => key.replace(/_(one|few|many|other)$/, '');
const known = new Set(Object.keys(ru).map(base));

describe('texts of the shell', () => {
  it('English has every text that Russian has, and no other', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(ru).sort());
  });

  it('every text that a screen names exists', () => {
    const used = sources.flatMap(source =>
      [...source.matchAll(/\bt\(\s*'([^']+)'/g)].map(match => match[1]!),
    );
    expect(used.filter(key => !known.has(key))).toEqual([]);
  });

  it('no screen has Russian text of its own', () => {
    const written = sources.flatMap(source => source.match(/>[^<>{}]*[а-яё][^<>{}]*<\//gi) ?? []);
    expect(written).toEqual([]);
  });
});
