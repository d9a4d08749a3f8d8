// Runs inside the isolate, after Handlebars and before any text written by people. No host function is reachable
// from here: JSON text in, JSON text out. Plain script, not a module: isolates load no modules.
(() => {
  const { parse, stringify } = JSON;
  const Handlebars = globalThis.Handlebars;
  delete globalThis.Handlebars;

  const LIMITS = { sourceBytes: 131072, nesting: 32, nodes: 5000, pathParts: 8, outputChars: 5242880 };
  const MONTHS = 'января февраля марта апреля мая июня июля августа сентября октября ноября декабря'.split(
    ' ',
  );
  const NBSP = '\u00a0';

  class Refusal extends Error {
    constructor(message, place = {}) {
      super(message);
      this.place = place;
    }
  }

  const text = value => (value === null || value === undefined ? '' : String(value));
  const initials = name =>
    text(name).split(' ')[0] === ''
      ? ''
      : text(name)
          .split(' ')
          .filter(Boolean)
          .map(part =>
            part
              .split('-')
              .map(piece => `${piece[0].toUpperCase()}.`)
              .join('-'),
          )
          .join(NBSP);
  const nameInitials = person =>
    [initials(person.firstName), initials(person.middleName)].filter(Boolean).join(NBSP);
  const day = value => /^(\d{4})-(\d{2})-(\d{2})/.exec(text(value));

  // Few, pure, closed. A helper gets plain values and gives plain text or a truth value.
  const helpers = {
    date: value => {
      const parts = day(value);
      return parts ? `${parts[3]}.${parts[2]}.${parts[1]}` : text(value);
    },
    longDate: value => {
      const parts = day(value);
      return parts
        ? `${Number(parts[3])}${NBSP}${MONTHS[Number(parts[2]) - 1]} ${parts[1]}${NBSP}г.`
        : text(value);
    },
    quotedDate: value => {
      const parts = day(value);
      return parts ? `«${parts[3]}» ${MONTHS[Number(parts[2]) - 1]} ${parts[1]}${NBSP}г.` : text(value);
    },
    year: value => text(value).slice(0, 4),
    fullName: person =>
      person ? [person.lastName, person.firstName, person.middleName].filter(Boolean).join(' ') : '',
    shortName: person =>
      person ? [text(person.lastName), nameInitials(person)].filter(Boolean).join(NBSP) : '',
    initialsName: person =>
      person ? [nameInitials(person), text(person.lastName)].filter(Boolean).join(NBSP) : '',
    upper: value => text(value).toUpperCase(),
    lower: value => text(value).toLowerCase(),
    capitalise: value => text(value).slice(0, 1).toUpperCase() + text(value).slice(1),
    plural: (count, one, few, many) => {
      const tail = Math.abs(Number(count)) % 100;
      const last = tail % 10;
      if (last === 1 && tail !== 11) return text(one);
      return last >= 2 && last <= 4 && (tail < 12 || tail > 14) ? text(few) : text(many);
    },
    number: (value, digits) =>
      Number(value)
        .toFixed(typeof digits === 'number' ? digits : 0)
        .replace('.', ','),
    percent: value => `${(Number(value) * 100).toFixed(1).replace('.', ',')}${NBSP}%`,
    join: (list, separator) => (list ?? []).join(typeof separator === 'string' ? separator : ', '),
    yesNo: value => (value ? 'да' : 'нет'),
    eq: (a, b) => a === b,
    ne: (a, b) => a !== b,
    gt: (a, b) => a > b,
    lt: (a, b) => a < b,
    and: (a, b) => Boolean(a) && Boolean(b),
    or: (a, b) => Boolean(a) || Boolean(b),
    not: value => !value,
    default: (value, other) => (value === null || value === undefined || value === '' ? other : value),
  };
  const blocks = ['if', 'unless', 'each', 'with'];

  const engine = Handlebars.create();
  for (const name of ['log', 'lookup', 'helperMissing', 'blockHelperMissing']) engine.unregisterHelper(name);
  for (const [name, helper] of Object.entries(helpers)) engine.registerHelper(name, helper);
  const knownHelpers = Object.fromEntries([...Object.keys(helpers), ...blocks].map(name => [name, true]));
  const FORBIDDEN_NAMES = new Set([
    ...Object.getOwnPropertyNames(Object.prototype),
    'prototype',
    'helperMissing',
    'blockHelperMissing',
  ]);

  const placeOf = node => ({ line: node?.loc?.start?.line, column: node?.loc?.start?.column });

  function checkPath(node) {
    if (node.parts.length > LIMITS.pathParts) throw new Refusal('слишком длинный путь', placeOf(node));
    for (const part of node.parts) {
      const name = typeof part === 'string' ? part : '';
      if (FORBIDDEN_NAMES.has(name)) throw new Refusal(`имя «${name}» запрещено`, placeOf(node));
    }
  }

  function checkCall(node, isBlock) {
    const called = node.params.length > 0 || node.hash !== undefined || isBlock;
    if (node.path.type !== 'PathExpression') return;
    const name = node.path.original;
    if (called && !Object.hasOwn(knownHelpers, name)) {
      throw new Refusal(`функции «${name}» нет`, placeOf(node));
    }
    if (isBlock && !blocks.includes(name)) throw new Refusal(`«${name}» не открывает блок`, placeOf(node));
    if (!isBlock && blocks.includes(name)) throw new Refusal(`«${name}» — это блок`, placeOf(node));
  }

  /** Walks a parsed template within the limits; adds the partials it names to `used`. */
  function check(program, used) {
    let nodes = 0;
    const visit = (node, depth) => {
      if (node === null || typeof node !== 'object') return;
      if (Array.isArray(node)) {
        for (const one of node) visit(one, depth);
        return;
      }
      nodes += 1;
      if (nodes > LIMITS.nodes) throw new Refusal('слишком большой шаблон', placeOf(node));
      if (depth > LIMITS.nesting) throw new Refusal('слишком глубокая вложенность', placeOf(node));
      switch (node.type) {
        case 'Program':
          visit(node.body, depth);
          return;
        case 'ContentStatement':
        case 'CommentStatement':
          return;
        case 'MustacheStatement':
          if (!node.escaped) throw new Refusal('вывод без экранирования запрещён', placeOf(node));
          checkCall(node, false);
          break;
        case 'SubExpression':
          checkCall({ ...node, params: node.params, hash: node.hash ?? {} }, false);
          break;
        case 'BlockStatement':
          checkCall(node, true);
          break;
        case 'PartialStatement':
          if (node.name.type !== 'PathExpression')
            throw new Refusal('имя части должно быть постоянным', placeOf(node));
          used.push({ name: node.name.original, ...placeOf(node) });
          visit(node.params, depth + 1);
          visit(node.hash, depth + 1);
          return;
        case 'PathExpression':
          checkPath(node);
          return;
        case 'Hash':
          for (const pair of node.pairs) visit(pair.value, depth + 1);
          return;
        case 'StringLiteral':
        case 'NumberLiteral':
        case 'BooleanLiteral':
        case 'NullLiteral':
        case 'UndefinedLiteral':
          return;
        default:
          throw new Refusal(`«${node.type}» в шаблонах не разрешено`, placeOf(node));
      }
      visit(node.path, depth + 1);
      visit(node.params, depth + 1);
      visit(node.hash, depth + 1);
      visit(node.program, depth + 1);
      visit(node.inverse, depth + 1);
    };
    visit(program, 0);
  }

  function prepare(name, sources, done, trail) {
    if (trail.includes(name)) throw new Refusal(`часть «${name}» включает сама себя`);
    if (done.has(name)) return done.get(name);
    const source = sources[name];
    if (typeof source !== 'string') throw new Refusal(`части «${name}» нет`);
    if (source.length > LIMITS.sourceBytes) throw new Refusal('шаблон больше 128 КБ');
    const used = [];
    const program = inTemplate(name, () => {
      const parsed = engine.parse(source);
      check(parsed, used);
      for (const partial of used) {
        if (!Object.hasOwn(sources, partial.name)) throw new Refusal(`части «${partial.name}» нет`, partial);
      }
      return parsed;
    });
    for (const partial of used) prepare(partial.name, sources, done, [...trail, name]);
    done.set(name, program);
    return program;
  }

  function inTemplate(name, work) {
    try {
      return work();
    } catch (error) {
      if (error && typeof error === 'object' && !error.template) error.template = name;
      throw error;
    }
  }

  function describe(error, name) {
    const place = error?.place ?? {};
    const parser = /^Parse error on line (\d+)/.exec(text(error?.message));
    const line = place.line ?? error?.lineNumber ?? (parser ? Number(parser[1]) : undefined);
    const column = place.column ?? error?.column ?? error?.hash?.loc?.first_column;
    const missing = /^"([^"]{1,80})" not defined/.exec(text(error?.message));
    let message = error instanceof Refusal ? error.message : 'шаблон не разобран';
    if (missing) message = `в данных нет поля «${missing[1]}»`;
    else if (error instanceof RangeError) message = 'слишком большой результат';
    else if (error instanceof TypeError) message = 'обращение к полю там, где данных нет';
    return { template: text(error?.template ?? name), line: line ?? null, column: column ?? null, message };
  }

  globalThis.render = input => {
    let name = '';
    try {
      const job = parse(input);
      name = job.name;
      const sources = { ...job.partials, [name]: job.source };
      const done = new Map();
      prepare(name, sources, done, []);
      const options = { strict: true, knownHelpers, knownHelpersOnly: true, data: true, noEscape: false };
      for (const [partial, program] of done)
        if (partial !== name) engine.registerPartial(partial, engine.compile(program, options));
      const html = inTemplate(name, () =>
        engine.compile(done.get(name), options)(job.view, {
          allowProtoPropertiesByDefault: false,
          allowProtoMethodsByDefault: false,
        }),
      );
      if (html.length > LIMITS.outputChars) throw new Refusal('результат больше 5 МБ');
      return stringify({ ok: true, html });
    } catch (error) {
      try {
        return stringify({ ok: false, error: describe(error, name) });
      } catch {
        return '{"ok":false,"error":{"template":"","line":null,"column":null,"message":"шаблон не выполнен"}}';
      }
    }
  };
})();
