import { BadInput } from '../../core/failure.ts';
import type { AbJob } from '../../protocol/ab.ts';
import type { DataFile } from '../data/dataFile.ts';
import { identifier } from '../data/duckdb.ts';
import type { Arms } from './observations.ts';
import { columnOf } from './outcome.ts';

/** What a control is called, where it need not be said. */
const controlNames = ['control', 'baseline', 'champion', 'a', 'old', 'current', '0', 'false'];
/** More values than this are no arms. */
const mostArms = 50;

export interface FoundArms extends Arms {
  /** Rows of other arms. */
  readonly others: number;
}

/** Which value of the arm column is the control, and which is tried. @throws BadInput when that is not plain */
export async function findArms(log: DataFile, job: AbJob): Promise<FoundArms> {
  const column = identifier(columnOf(log, job.arm, 'the arm').name);
  const rows = await log.query(
    `select ${column}::varchar, count(*) as n from ${log.table} where ${column} is not null group by 1 order by n desc, 1 limit ${mostArms + 1}`,
  );
  const counts = new Map(rows.map(([name, n]) => [String(name), Number(n)]));
  const names = [...counts.keys()];
  const where = `\`${job.arm}\` of \`${log.source.path}\``;
  if (names.length > mostArms)
    throw new BadInput(
      'too-many-arms',
      `${where} has more than ${mostArms} values: it holds no arms of an experiment. Choose the column that says which version answered.`,
    );
  if (names.length < 2)
    throw new BadInput(
      'one-arm',
      `${where} holds ${names.length === 0 ? 'no value' : `only \`${names[0]!}\``}, and two arms are compared.`,
    );
  const given = (wanted: string | null): string | null =>
    wanted === null ? null : matching(names, wanted, where);
  let control = given(job.control);
  let treatment = given(job.treatment);
  if (control === null && treatment !== null && names.length === 2)
    control = names.find(name => name !== treatment)!;
  control ??= names.find(name => controlNames.includes(name.toLowerCase())) ?? null;
  if (control === null)
    throw new BadInput(
      'which-control',
      `The arms of ${where} are ${listed(names)}. Say which of them is the control: \`--control ${names[0]!}\`.`,
    );
  const others = names.filter(name => name !== control);
  treatment ??= others.length === 1 ? others[0]! : null;
  if (treatment === null)
    throw new BadInput(
      'which-treatment',
      `Beside \`${control}\`, the arms of ${where} are ${listed(others)}. Say which of them is judged: \`--treatment ${others[0]!}\`.`,
    );
  if (treatment === control)
    throw new BadInput('one-arm', `Control and treatment are both \`${control}\`. Name two arms.`);
  const rest = names.filter(name => name !== control && name !== treatment);
  return { control, treatment, others: rest.reduce((sum, name) => sum + counts.get(name)!, 0) };
}

/** The value itself, or the only one that begins so: versions are long digests. */
function matching(names: readonly string[], wanted: string, where: string): string {
  if (names.includes(wanted)) return wanted;
  const begun = names.filter(name => name.startsWith(wanted));
  if (begun.length === 1) return begun[0]!;
  throw new BadInput(
    'unknown-arm',
    `${where} holds ${begun.length === 0 ? 'no' : 'more than one'} arm \`${wanted}\`. It holds ${listed(names)}.`,
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 6).map(name => `\`${name}\``);
  return `${shown.join(', ')}${names.length > 6 ? ' and more' : ''}`;
}
