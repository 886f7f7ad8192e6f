import { nameOf } from '../core/compare/versionTable.ts';
import { pValueWords } from '../core/words.ts';
import type { CompareOverrides } from '../jobs/build.ts';
import { compareMany } from '../jobs/compareMany.ts';
import type { VersionTable } from '../protocol/results/versionTable.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import { passed, type Outcome } from './outcome.ts';
import { bytes, number, statusWord, table, withInterval } from './print.ts';
import type { Session } from './session.ts';

/** `slipway compare A B C ...`: passes when every version keeps its margins against the first. */
export async function compareTable(
  session: Session,
  models: readonly ResolvedModel[],
  overrides: CompareOverrides,
): Promise<Outcome> {
  const result = await compareMany(session.jobs, models, overrides, session.jobOptions);
  return {
    document: result,
    text: versionTableText(result),
    passed: result.versions.every(({ verdict }) => passed(verdict)),
  };
}

export function versionTableText(result: VersionTable): string {
  const { versions, metrics, headline } = result;
  const at = metrics.findIndex(({ name }) => name === headline);
  const overview = table(
    [
      '',
      'version',
      metrics[at] === undefined ? '' : withUnit(metrics[at]),
      'against the first',
      'p (Holm)',
      'flips',
      'churn',
      'worse for',
      'breaks',
      'size',
    ],
    versions.map(version => {
      const cell = version.cells[at];
      const { flips, churn, regressions, breaking, size, verdict } = version;
      return [
        `${version.place}.`,
        nameOf(version),
        number(cell?.value ?? null),
        cell?.delta == null
          ? ''
          : `${withInterval(cell.delta, cell.interval)} ${verdict === null ? '' : statusWord[verdict.status]}`,
        cell?.adjusted == null ? '' : pValueWords(cell.adjusted),
        flips === null ? '' : `-${flips.negative} +${flips.positive}`,
        churn === null ? '' : number(churn),
        regressions.join(', '),
        breaking.length === 0 ? '' : String(breaking.length),
        bytes(size),
      ];
    }),
  );
  const all = table(
    ['metric', ...versions.map(nameOf)],
    metrics.map((metric, i) => [
      withUnit(metric),
      ...versions.map(({ cells }) => number(cells[i]?.value ?? null)),
    ]),
  );
  return [result.sentence, overview, all].join('\n\n');
}

/** "mean_absolute_error (bikes)": the numbers below stay bare, so that they align. */
function withUnit({ name, unit }: VersionTable['metrics'][number]): string {
  return unit === null ? name : `${name} (${unit})`;
}
