import type { ModelFacts } from '../../core/onnx/facts.ts';
import type { DataFile } from '../data/dataFile.ts';
import { settleText } from './convert.ts';
import { matchColumns } from './match.ts';
import type { MatchPlan } from './plan.ts';

/**
 * Matches a data file to a model, and looks at text that is to be read as numbers.
 * @param answers columns that hold saved answers
 */
export async function matchData(
  facts: ModelFacts,
  data: DataFile,
  label: string | null,
  reference: DataFile | null,
  answers: readonly string[] = [],
): Promise<MatchPlan> {
  const plan = matchColumns({
    inputs: facts.inputs,
    metadata: facts.metadata,
    columns: data.columns,
    label,
    answers,
    reference: reference?.columns.map(column => column.name) ?? null,
    path: data.source.path,
  });
  return await settleText(data, plan);
}
