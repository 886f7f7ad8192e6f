import { BadInput } from '../../core/failure.ts';
import type { ElementType } from '../../core/onnx/facts.ts';
import type { DataColumn, DataFile, Wanted } from '../data/dataFile.ts';
import type { MatchPlan } from './plan.ts';

export interface Conversion {
  readonly as: Wanted['as'];
  /** How values are converted, in words. */
  readonly rule: string;
}

const whole = /^u?int/;

/**
 * How a column of this kind becomes an input of this type.
 * @throws BadInput for dates as numbers and for nested columns
 */
export function convert(column: DataColumn, type: ElementType, path: string): Conversion {
  if (column.kind === 'other') throw refused(column, type, path);
  if (type === 'string')
    return {
      as: 'text',
      rule:
        column.kind === 'text'
          ? 'words as they are; a missing one is the empty word'
          : 'written as text; a missing value is the empty word',
    };
  if (column.kind === 'time') throw refused(column, type, path);
  const missing = whole.test(type) || type === 'bool' ? 'a missing value is refused' : 'missing is NaN';
  if (column.kind === 'truth') return { as: 'truth', rule: `true is 1, false is 0; ${missing}` };
  const read = column.kind === 'text' ? 'text read as numbers' : 'numbers';
  if (whole.test(type)) return { as: 'number', rule: `${read}, whole ones only; ${missing}` };
  if (type === 'bool') return { as: 'number', rule: `${read}, 0 is false and 1 is true; ${missing}` };
  return { as: 'number', rule: `${read}, rounded to ${type}; ${missing}` };
}

/**
 * Looks at the text columns that are wanted as numbers: words `true` and `false` become 1 and 0, numbers are
 * read, and anything else is refused with the first such value.
 */
export async function settleText(data: DataFile, plan: MatchPlan): Promise<MatchPlan> {
  const kinds = new Map(data.columns.map(column => [column.name, column.kind]));
  const truth = new Set<string>();
  for (const { name, as } of plan.features) {
    if (as !== 'number' || kinds.get(name) !== 'text') continue;
    const found = await data.firstNotNumber(name);
    if (found === null) continue;
    if (!(await data.onlyTruth(name))) {
      const input = plan.pairings.find(pairing => pairing.column === name);
      throw new BadInput(
        'not-a-number',
        `\`${data.source.path}\` holds \`${found.value}\` in column \`${name}\` (row ${found.row + 1}), and the ` +
          `model's input \`${input?.input ?? name}\` takes numbers (${input?.type ?? 'float32'}). ` +
          'Choose another file or encode the column as it was in training.',
      );
    }
    truth.add(name);
  }
  if (truth.size === 0) return plan;
  return {
    inputs: plan.inputs,
    features: plan.features.map(column => (truth.has(column.name) ? { ...column, as: 'truth' } : column)),
    pairings: plan.pairings.map(pairing =>
      truth.has(pairing.column)
        ? { ...pairing, rule: pairing.rule.replace(/^text read as numbers[^;]*/, 'true is 1, false is 0') }
        : pairing,
    ),
  };
}

function refused(column: DataColumn, type: ElementType, path: string): BadInput {
  const what =
    column.kind === 'time' ? 'dates or times' : /^(BLOB|BIT)$/.test(column.type) ? 'bytes' : 'nested values';
  const wanted = type === 'string' ? 'words' : 'number';
  return new BadInput(
    'column-type',
    `Column \`${column.name}\` of \`${path}\` holds ${what} (${column.type}), which do not become ${type} by a ` +
      `rule that is safe. Write it as the ${wanted} the model was trained on.`,
  );
}
