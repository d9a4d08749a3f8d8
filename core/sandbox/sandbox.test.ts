import { execFile } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { permissionArguments, Sandbox } from './sandbox.ts';

const sandbox = new Sandbox();
const hasty = new Sandbox({ wallMs: 700, memoryMb: 32 });
afterAll(() => Promise.all([sandbox.close(), hasty.close()]));

const render = (source: string, view: unknown = {}, partials: Record<string, string> = {}) =>
  sandbox.renderTemplate({ name: 'test.hbs', source, view, partials });

describe('templates in the sandbox', () => {
  it('render plain values with the closed list of helpers, escaped', async () => {
    const view = {
      person: { lastName: 'Чан', firstName: 'Ван Хай', middleName: null },
      born: '2013-05-02',
      n: 5,
      note: '<script>',
    };
    const html = await render(
      '<p>{{shortName person}}, {{date born}}, {{longDate born}}, {{n}} {{plural n "ученик" "ученика" "учеников"}} {{note}}</p>',
      view,
    );
    expect(html).toBe(
      '<p>Чан\u00a0В.\u00a0Х., 02.05.2013, 2\u00a0мая 2013\u00a0г., 5 учеников &lt;script&gt;</p>',
    );
  });

  it('include shared parts, and refuse unknown and circular ones', async () => {
    expect(await render('{{> head}}!', { a: 'x' }, { head: '<h1>{{a}}</h1>' })).toBe('<h1>x</h1>!');
    await expect(render('{{> nope}}')).rejects.toMatchObject({ code: 'TEMPLATE_INVALID' });
    await expect(render('{{> a}}', {}, { a: '{{> b}}', b: '{{> a}}' })).rejects.toThrow(/сама себя/);
  });

  it('name template, line and column of an error', async () => {
    await expect(render('a\nb {{missing}}', {})).rejects.toMatchObject({
      code: 'TEMPLATE_INVALID',
      detail: expect.stringMatching(/test\.hbs, строка 2.*missing/),
      members: { line: 2 },
    });
    await expect(render('\n\n{{#if x}}', { x: 1 })).rejects.toMatchObject({ members: { line: 3 } });
  });

  it.each([
    ['{{{note}}}', 'экранирования'],
    ['{{&note}}', 'экранирования'],
    ['{{constructor}}', 'запрещено'],
    ['{{note.__proto__.x}}', 'запрещено'],
    ['{{lookup note "constructor"}}', 'функции «lookup» нет'],
    ['{{log note}}', 'функции «log» нет'],
    ['{{#note}}x{{/note}}', 'функции «note» нет'],
    ['{{helperMissing}}', 'запрещено'],
    ['{{toString}}', 'запрещено'],
    ['{{note.valueOf}}', 'запрещено'],
    ['{{a.b.c.d.e.f.g.h.i.j}}', 'длинный путь'],
    ['{{#*inline "x"}}{{/inline}}', 'не разрешено'],
    ['{{#if a}}'.repeat(40) + '{{/if}}'.repeat(40), 'вложенность'],
    ['x'.repeat(200_000), '128 КБ'],
  ])('refuse %s', async (source, words) => {
    await expect(render(source, { note: 'x' })).rejects.toThrow(words);
  });

  it('stop a huge output and go on with the next call', async () => {
    const list = Array.from({ length: 400 }, () => 'x'.repeat(100));
    const nested = '{{#each l}}{{#each ../l}}{{this}}{{/each}}{{/each}}';
    await expect(render(nested, { l: list })).rejects.toThrow(/5 МБ|памяти/);
    expect(await render('ok')).toBe('ok');
  });

  it('stop an endless template by the parent clock or the isolate and go on', async () => {
    const list = Array.from({ length: 3000 }, (_, i) => i);
    const endless =
      '{{#each l}}{{#each @root.l}}{{#each @root.l}}{{#if false}}x{{/if}}{{/each}}{{/each}}{{/each}}';
    const started = performance.now();
    await expect(
      hasty.renderTemplate({ name: 'slow.hbs', source: endless, view: { l: list } }),
    ).rejects.toMatchObject({ code: 'TEMPLATE_STOPPED' });
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(await hasty.renderTemplate({ name: 'a', source: 'ok', view: {} })).toBe('ok');
  });

  it('is quick when warm', async () => {
    const started = performance.now();
    for (let i = 0; i < 5; i++) await render('<p>{{a}}</p>', { a: i });
    expect((performance.now() - started) / 5).toBeLessThan(200);
  });
});

describe('the sandbox process', () => {
  const attempt = (code: string) =>
    new Promise<string>(resolve => {
      execFile(process.execPath, [...permissionArguments(), '-e', code], { env: {} }, (error, _out, text) =>
        resolve(error ? text : 'allowed'),
      );
    });

  it.each([
    ['a file', `require('fs').readFileSync('/etc/hostname')`],
    ['a folder', `require('fs').readdirSync('.')`],
    ['writing', `require('fs').writeFileSync('/tmp/kartoteka-sandbox', 'x')`],
    ['a process', `require('child_process').execSync('true')`],
    ['the network', `require('net').connect(80, '127.0.0.1').on('error', e => { throw e })`],
  ])('has no way to %s', async (_, code) => {
    expect(await attempt(code)).toContain('ERR_ACCESS_DENIED');
  });
});
