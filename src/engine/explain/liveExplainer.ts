import type { Table } from '../../core/data/table.ts';
import { shapley } from '../../core/explain/shapley.ts';
import { TreeShap } from '../../core/explain/tree/shap.ts';
import type { Attributions } from '../../core/explain/types.ts';
import { BadInput } from '../../core/failure.ts';
import type { AttributedRows, AttributeRequest } from '../../protocol/attribute.ts';
import { forSingleRows } from '../model/load.ts';
import { neverAborted } from '../tasks/signal.ts';
import { backgroundName, backgroundOf, type Background } from './background.ts';
import { definitionOf } from './definition.ts';
import { ExactExplainer } from './exact.ts';
import { composedModel } from './explained.ts';
import { singlePlayers } from './players.ts';
import { stacked } from './poolTable.ts';
import { columnOf } from './rowTable.ts';
import { openSubject, type Subject } from './subject.ts';

type Setting = Omit<AttributeRequest, 'rows'>;

/** Rows explained at opening, so that the first that is asked for finds everything compiled. */
const rehearsals = 30;

/** Rows that take long are rehearsed no longer than this. */
const rehearsalMs = 500;

/** A model, loaded, read, proven and prepared over its background: explains rows given as values. */
export class LiveExplainer {
  readonly #setting: Setting;
  readonly #subject: Subject;
  readonly #background: Background;
  /** null: the model has no exact method, and why. */
  readonly #exact: ExactExplainer | null;
  #whyNotExact: string | null;

  private constructor(
    setting: Setting,
    subject: Subject,
    background: Background,
    exact: ExactExplainer | null,
    whyNotExact: string | null,
  ) {
    this.#setting = setting;
    this.#subject = subject;
    this.#background = background;
    this.#exact = exact;
    this.#whyNotExact = whyNotExact;
  }

  /** @throws BadInput when model, data and settings do not go together, or the method asked for is not there */
  static async open(setting: Setting): Promise<LiveExplainer> {
    const subject = await openSubject({ ...setting, reference: setting.background }, forSingleRows);
    let exact: ExactExplainer | null = null;
    let done = false;
    try {
      const { model, scorer, plan, task, data, reference } = subject;
      const background = await backgroundOf(setting, reference, plan.features);
      await data.close();
      if (reference !== data) await reference.close();
      const pool = scorer.feeds.pool(background.table, reference.source.path);
      let refused: string | null = null;
      if (setting.method !== 'shapley') {
        const opened = await ExactExplainer.open(
          {
            model,
            scorer,
            match: plan,
            task,
            asked: setting,
            background: pool,
            session: forSingleRows,
            workerFile: null,
          },
          null,
          neverAborted,
        );
        if ('refused' in opened) refused = opened.refused;
        else exact = opened;
      }
      if (refused !== null && setting.method !== 'auto')
        throw new BadInput('no-exact-method', `${refused} The method \`shapley\` explains any model.`);
      const made = new LiveExplainer(setting, subject, background, exact, refused);
      if (exact !== null) await made.#rehearse(exact);
      done = true;
      return made;
    } finally {
      if (!done) {
        await exact?.release();
        await subject.session.release();
      }
    }
  }

  /** @throws BadInput for a value that is missing or no number where one is needed */
  async explain(rows: AttributeRequest['rows']): Promise<AttributedRows> {
    const table = this.#table(rows);
    const exact = this.#exact;
    const attributions =
      (exact === null ? null : await this.#exactly(exact, table)) ?? (await this.#sampled(table));
    const shown = exact !== null && attributions.exact && this.#whyNotExact === null ? exact : null;
    const players = shown?.players ?? singlePlayers(this.#subject.plan);
    const { values, errors, predictions, method } = attributions;
    const d = players.length;
    return {
      features: players.map(({ name, columns }) => ({ name, columns })),
      output: (shown ?? this.#subject.explained).output,
      space: (shown ?? this.#subject.explained).space,
      method,
      exact: attributions.exact,
      definition: definitionOf(method, shown?.rescaled ?? false),
      background: backgroundName(
        this.#setting,
        this.#background,
        (this.#setting.background ?? this.#setting.data).path,
      ),
      baseValue: attributions.baseValue,
      rows: Array.from(predictions, (prediction, i) => ({
        prediction,
        values: Array.from(values.subarray(i * d, (i + 1) * d)),
        errors: errors === null ? null : Array.from(errors.subarray(i * d, (i + 1) * d)),
      })),
      whyNotExact: this.#whyNotExact,
    };
  }

  async release(): Promise<void> {
    await this.#exact?.release();
    await this.#subject.session.release();
  }

  #table(rows: AttributeRequest['rows']): Table {
    const { features } = this.#subject.plan;
    if (rows.length === 0)
      throw new BadInput('no-rows', 'There is no row to explain. Give the values of at least one.');
    const lost = features.find(({ name }) => rows.some(row => row[name] === undefined));
    if (lost !== undefined)
      throw new BadInput(
        'missing-values',
        `The row has no value of \`${lost.name}\`. Give one for each column, null where it is missing.`,
      );
    return {
      rows: rows.length,
      columns: features.map(feature =>
        columnOf(
          feature,
          rows.map(row => row[feature.name]!),
        ),
      ),
    };
  }

  /** @returns null for rows that are not read as the runtime reads them */
  async #exactly(exact: ExactExplainer, table: Table): Promise<Attributions | null> {
    const pool = this.#subject.scorer.feeds.pool(table, 'the row');
    const found = await exact.explain(pool, neverAborted);
    this.#whyNotExact = 'refused' in found ? found.refused : null;
    return 'refused' in found ? null : found.attributions;
  }

  async #sampled(table: Table): Promise<Attributions> {
    const { scorer, plan, explained } = this.#subject;
    const pool = scorer.feeds.pool(stacked(table, this.#background.table), 'the row');
    const names = plan.features.map(({ name }) => name);
    return await shapley(
      composedModel(scorer, pool, names, explained),
      {
        rows: Int32Array.from({ length: table.rows }, (_, i) => i),
        background: Int32Array.from({ length: this.#background.table.rows }, (_, i) => table.rows + i),
        seed: this.#setting.seed,
        signal: neverAborted,
        progress: () => undefined,
      },
      { budget: this.#setting.budget },
    );
  }

  async #rehearse(exact: ExactExplainer): Promise<void> {
    if (exact.shap instanceof TreeShap) exact.shap.prepare(neverAborted);
    const { table } = this.#background;
    const pools = table.columns.map(column =>
      column.kind === 'number'
        ? { ...column, values: column.values.slice(0, 1) }
        : { ...column, codes: column.codes.slice(0, 1) },
    );
    const end = performance.now() + rehearsalMs;
    for (let i = 0; i < rehearsals && performance.now() < end; i++)
      await this.#exactly(exact, { rows: 1, columns: pools });
  }
}
