import type { Baseline, BaselineJob } from '../protocol/ab.ts';
import type { DescribeJob } from '../protocol/describe.ts';
import type { RowsPage, RowsRequest, TableFile } from '../protocol/engine.ts';
import type { Stored } from '../protocol/pages.ts';
import type { Ab } from '../protocol/results/ab.ts';
import type { DataDescription } from '../protocol/results/data.ts';
import type { Drift } from '../protocol/results/drift.ts';
import { dataSource } from '../workspace/config/load.ts';
import type { ResultOf, ResultStore } from '../workspace/store.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { abJob, type AbChoice } from './buildAb.ts';
import type { EngineClient } from './engineClient.ts';
import { Kept } from './kept.ts';
import { callOptions, type JobOptions } from './options.ts';
import { intoFile } from './outFile.ts';

/** As `DescribeJob`, with paths. */
export type DescribeChoice = Omit<DescribeJob, 'kind' | 'data' | 'reference'> & {
  readonly data: string;
  readonly reference: string | null;
};

/** Jobs on data sets, without a model. */
export class DataSetJobs {
  readonly #workspace: Workspace;
  readonly #engine: Pick<EngineClient, 'call'>;
  readonly #kept: Kept;

  constructor(workspace: Workspace, engine: Pick<EngineClient, 'call'>, store: ResultStore) {
    this.#workspace = workspace;
    this.#engine = engine;
    this.#kept = new Kept(workspace, store);
  }

  /** Writes a table to a Parquet file. @param out absolute path @throws BadInput `out-file` */
  async writeTable(out: string, table: Omit<TableFile, 'file'>): Promise<void> {
    await intoFile(out, async file => await this.#engine.call('table', { ...table, file }));
  }

  /** How far one data set has moved from another; paths are absolute or relative to the workspace. */
  async drift(before: string, now: string, seed: number, options: JobOptions = {}): Promise<Drift> {
    const { root } = this.#workspace;
    const job = {
      kind: 'drift',
      before: dataSource(root, before),
      now: dataSource(root, now),
      seed,
    } as const;
    const result = await this.#engine.call('drift', job, callOptions(options));
    return await this.#kept.put('drift', { data: job.now }, result);
  }

  /** What a data set holds; paths are absolute or relative to the workspace. */
  async describe(choice: DescribeChoice, options: JobOptions = {}): Promise<DataDescription> {
    const { root } = this.#workspace;
    const { data, reference } = choice;
    const job: DescribeJob = {
      ...choice,
      kind: 'describe',
      data: dataSource(root, data),
      reference: reference === null ? null : dataSource(root, reference),
    };
    const result = await this.#engine.call('describe', job, callOptions(options));
    return await this.#kept.put('describe', { data: job.data }, result);
  }

  /** Two arms of an experiment. A log grows: each look at other rows is a result of its own. */
  async ab(choice: AbChoice, options: JobOptions = {}): Promise<Ab> {
    const job = abJob(this.#workspace.root, choice);
    const result = await this.#engine.call('ab', job, callOptions(options));
    return await this.#kept.put('ab', { data: job.data }, result);
  }

  /** What an outcome is like today. */
  async abBaseline(job: BaselineJob, options: JobOptions = {}): Promise<Baseline> {
    return await this.#engine.call('abBaseline', job, callOptions(options));
  }

  async rows(request: RowsRequest, options: JobOptions = {}): Promise<RowsPage> {
    return await this.#engine.call('rows', request, callOptions(options));
  }

  /** What was found of a data set, newest first. @param path absolute, or relative to the workspace */
  async keptOf<K extends 'ab' | 'describe' | 'drift'>(kind: K, path: string): Promise<Stored<ResultOf<K>>[]> {
    return await this.#kept.list(kind, { data: dataSource(this.#workspace.root, path) });
  }
}
