/** `npm run faults`: does the faults of docs/faults.md to a real server in their long form, and counts. */
import { endAll } from '../launch/run.ts';
import { faults } from './faults.ts';
import type { Fault } from './harness/fault.ts';

interface Wanted {
  faults: readonly Fault[];
  rounds: number | undefined;
}

/** @returns exit code */
export async function runFaults(args: readonly string[]): Promise<number> {
  const wanted = read(args);
  if (typeof wanted === 'string') {
    console.error(`${wanted}\nЕсть: ${faults.map(fault => fault.id).join(', ')}; --rounds N — сколько раз.`);
    return 2;
  }
  const failed: string[] = [];
  // A broken promise must not leave servers behind, and neither must Ctrl-C.
  process.once('exit', endAll);
  for (const fault of wanted.faults)
    if (!(await holds(fault, wanted.rounds ?? fault.rounds))) failed.push(fault.id);
  const done = wanted.faults.length - failed.length;
  console.log(
    `\nВыдержано ${done} из ${wanted.faults.length}${failed.length > 0 ? `; нет: ${failed.join(', ')}` : ''}`,
  );
  return failed.length > 0 ? 1 : 0;
}

function read(args: readonly string[]): Wanted | string {
  const ids: string[] = [];
  let rounds: number | undefined;
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    if (argument !== '--rounds') {
      ids.push(argument.toUpperCase());
      continue;
    }
    index += 1;
    rounds = Number(args[index]);
    if (!Number.isInteger(rounds) || rounds < 1)
      return `--rounds: нужно целое число, а указано «${args[index] ?? ''}».`;
  }
  const unknown = ids.find(id => !faults.some(fault => fault.id === id));
  if (unknown !== undefined) return `Сбоя «${unknown}» нет.`;
  return { faults: ids.length === 0 ? faults : faults.filter(fault => ids.includes(fault.id)), rounds };
}

async function holds(fault: Fault, rounds: number): Promise<boolean> {
  console.log(`\n${fault.id} ${fault.title}: ${rounds}`);
  const startedAt = performance.now();
  try {
    const counts = await fault.run({ rounds, say: line => console.log(`  ${line}`) });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    const figures = Object.entries(counts).map(([name, value]) => `${name} ${value}`);
    console.log(`${fault.id} выдержан за ${seconds} с: ${figures.join(', ')}`);
    return true;
  } catch (error) {
    console.error(`${fault.id} НЕ ВЫДЕРЖАН:`, error);
    return false;
  } finally {
    endAll();
  }
}
