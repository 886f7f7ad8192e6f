import type { AbJob } from '../protocol/ab.ts';
import { dataSource } from '../workspace/config/load.ts';

/** What a caller says of an experiment; paths are absolute or relative to the workspace. */
export type AbChoice = Pick<AbJob, 'arm' | 'outcome'> &
  Partial<Omit<AbJob, 'kind' | 'data' | 'later' | 'arm' | 'outcome'>> & {
    readonly data: string;
    readonly later?: { readonly data: string; readonly key: string; readonly logKey: string } | null;
  };

/** The column of a server's sample log that says which version answered. */
export const servedVersion = 'slipway_version';
/** The column of a server's sample log with the id of the request. */
export const servedRequest = 'slipway_request';

export function abJob(root: string, choice: AbChoice): AbJob {
  const { data, later = null } = choice;
  return {
    metric: null,
    positive: null,
    control: null,
    treatment: null,
    unit: null,
    time: null,
    covariate: null,
    missing: null,
    better: 'higher',
    minEffect: null,
    margin: null,
    level: 0.95,
    power: 0.8,
    share: null,
    horizon: null,
    ...choice,
    kind: 'ab',
    data: dataSource(root, data),
    later: later === null ? null : { ...later, data: dataSource(root, later.data) },
  };
}
