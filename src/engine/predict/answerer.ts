import type { InferenceSession } from 'onnxruntime-node';
import type { ModelMeaning, ModelSource, SavedAnswers, SavedSource } from '../../protocol/engine.ts';
import type { DataFile, Wanted } from '../data/dataFile.ts';
import { matchData } from '../match/matchData.ts';
import type { MatchPlan } from '../match/plan.ts';
import { forBatches, loadModel, type LoadedModel } from '../model/load.ts';
import { modelAnswering, type Answering } from './answering.ts';
import { savedAnswering } from './saved.ts';
import { Scorer } from './scorer.ts';

/** Who answers the rows of a data file, ready to be asked. */
export interface Answerer {
  readonly answering: Answering;
  /** null: saved predictions. */
  readonly model: OpenModel | null;
}

export interface OpenModel {
  readonly model: LoadedModel;
  readonly plan: MatchPlan;
  readonly session: InferenceSession;
  readonly scorer: Scorer;
}

type Source = ModelSource | SavedSource | SavedAnswers;

export function isModel(source: Source): source is ModelSource {
  return 'file' in source;
}

function savedOf(source: SavedSource | SavedAnswers): SavedAnswers {
  return 'saved' in source ? source.saved : source;
}

/** The columns of the data that hold saved answers: they are no features. */
export function answerColumns(sources: readonly (Source | null)[]): string[] {
  return sources.flatMap(source => (source === null || isModel(source) ? [] : columnsOf(savedOf(source))));
}

/** The columns that answers are in. */
export function columnsOf({ prediction, scores }: SavedAnswers): string[] {
  return [...(prediction === null ? [] : [prediction]), ...scores.map(({ column }) => column)];
}

/** The columns that saved predictions may have come from: all that hold numbers or words, but these. */
export function inputColumns(
  { columns }: DataFile,
  except: ReadonlySet<string | null | undefined>,
): Wanted[] {
  return columns.flatMap(({ name, kind }) =>
    except.has(name) || kind === 'time' || kind === 'other'
      ? []
      : [{ name, as: kind === 'number' ? 'number' : kind }],
  );
}

/**
 * The session of a model is to be released.
 * @param saved columns of the data that hold saved answers
 * @throws BadInput for a model or columns that cannot answer these rows
 */
export async function openAnswerer(
  source: Source,
  meaning: ModelMeaning,
  data: DataFile,
  reference: DataFile | null,
  saved: readonly string[],
): Promise<Answerer> {
  if (!isModel(source))
    return { model: null, answering: await savedAnswering(savedOf(source), data, meaning) };
  const model = await loadModel(source);
  const plan = await matchData(model.facts, data, meaning.label, reference, saved);
  const session = await model.session(forBatches);
  const { answer } = model.facts;
  const scorer = await Scorer.create(session, answer, plan, { labels: !answer.probabilities });
  return {
    model: { model, plan, session, scorer },
    answering: modelAnswering(scorer, plan, answer, meaning),
  };
}
