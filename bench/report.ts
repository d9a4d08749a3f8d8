/** The figures of a run, for people. */

export interface Round {
  /** CPU milliseconds per action. */
  webMs: number;
  databaseMs: number;
  perSecond: number;
  latencies: number[];
}

export interface Side {
  cpuMs: number;
  webMs: number;
  databaseMs: number;
  perSecond: number;
  p99Ms: number;
  calls: number;
}

export interface ActionFigures {
  id: string;
  title: string;
  budget: number;
  /** Median of the rounds, ours to the yardstick. */
  ratio: number;
  ratios: number[];
  raw: Side;
  ours: Side;
}

export interface Figures {
  scale: string;
  at: string;
  /** Load of the machine before measuring: how many wanted a processor. */
  load: number;
  /** Of our server, resident, before the first request. */
  memoryMb: number;
  startMs: number;
  actions: ActionFigures[];
}

const MEMORY_MB = 350;
const START_MS = 3_000;
const GROWTH = 1.5;
/** Actions that must not notice how large the region is. */
const FLAT = new Set(['open', 'list', 'create', 'patch']);

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** One line for each budget that is exceeded. */
export function overBudget({ actions, memoryMb, startMs }: Figures): string[] {
  return [
    ...actions
      .filter(({ ratio, budget }) => ratio > budget)
      .map(({ title, ratio, budget }) => `${title}: ${ratio.toFixed(2)} при бюджете ${budget}`),
    ...(memoryMb > MEMORY_MB ? [`Память ${memoryMb} МБ при бюджете ${MEMORY_MB}`] : []),
    ...(startMs > START_MS ? [`Запуск ${Math.round(startMs)} мс при бюджете ${START_MS}`] : []),
  ];
}

export function print(figures: Figures, other: Figures | undefined): void {
  console.log(`\nМасштаб ${figures.scale}; нагрузка машины перед замером ${figures.load.toFixed(1)}\n`);
  const head = [
    'действие',
    'отн.',
    'бюджет',
    'ЦП мс: мы',
    '(веб+БД)',
    'эталон',
    '(веб+БД)',
    'в секунду',
    'p99 мс',
  ];
  const rows = figures.actions.map(({ id, ratio, budget, ours, raw }) => [
    id,
    ratio.toFixed(2),
    `${budget}${ratio > budget ? ' !' : ''}`,
    ours.cpuMs.toFixed(2),
    `${ours.webMs.toFixed(2)}+${ours.databaseMs.toFixed(2)}`,
    raw.cpuMs.toFixed(2),
    `${raw.webMs.toFixed(2)}+${raw.databaseMs.toFixed(2)}`,
    `${Math.round(ours.perSecond * 10) / 10} / ${Math.round(raw.perSecond * 10) / 10}`,
    `${Math.round(ours.p99Ms)} / ${Math.round(raw.p99Ms)}`,
  ]);
  table([head, ...rows]);
  console.log(`\nПамять в покое ${figures.memoryMb} МБ (бюджет ${MEMORY_MB}).`);
  console.log(`Запуск с готовыми данными ${Math.round(figures.startMs)} мс (бюджет ${START_MS}).`);
  if (other) growth(figures, other);
  for (const line of overBudget(figures)) console.log(`Превышено: ${line}`);
}

function table(rows: string[][]): void {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map(row => row[i]?.length ?? 0)));
  for (const row of rows)
    console.log(`  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
}

/** CPU time of our actions at the large scale to that at the small one. */
function growth(one: Figures, two: Figures): void {
  const [small, full] = one.scale === 'small' ? [one, two] : [two, one];
  const lines = full.actions.flatMap(({ id, ours }) => {
    const before = small.actions.find(action => action.id === id)?.ours.cpuMs;
    if (before === undefined) return [];
    const times = ours.cpuMs / before;
    return [`${id} ${times.toFixed(2)}${FLAT.has(id) && times > GROWTH ? ' !' : ''}`];
  });
  console.log(`Рост от 30 000 к 300 000 (бюджет ${GROWTH}): ${lines.join(', ')}`);
}
